import pytest
from playwright.async_api import Route, expect
from tests.portal import portal_sites as story
from tests.portal.portal_sites import PortalSite
from tests.portal.visits import UNAVAILABLE, Visit, refuse

pytestmark = pytest.mark.browser


async def test_tick_that_is_not_saved_is_taken_back(ticket: Visit, portal_site: PortalSite) -> None:
    page = ticket.page
    await page.route("**/requested-actions/*", refuse, times=1)
    await page.get_by_role("checkbox").first.click()
    alert = page.get_by_role("alert")
    await expect(alert).to_have_text(f"Not saved. {UNAVAILABLE['detail']} Please try again in 7 seconds.")
    await expect(page.get_by_role("checkbox").first).not_to_be_checked()
    await expect(page.get_by_text("0 of 3 done")).to_be_visible()
    await page.get_by_role("checkbox").first.click()
    await expect(alert).to_be_hidden()
    assert (await portal_site.staff_view()).done_actions == [True, False, False]


async def test_comment_whose_answer_was_lost_is_sent_again_and_kept_once(
    ticket: Visit, portal_site: PortalSite
) -> None:
    async def lose_answer(route: Route) -> None:
        await route.fetch()
        await route.abort()

    page = ticket.page
    await page.route("**/comments", lose_answer, times=1)
    await page.get_by_label("Write a comment").fill("Once")
    await page.get_by_role("button", name="Send comment").click()
    await expect(page.get_by_role("alert")).to_contain_text("The desk could not be reached.")
    assert (await portal_site.staff_view()).comments == ["Once"]
    await page.get_by_role("button", name="Send comment").click()
    await expect(page.get_by_role("status")).to_have_text("Your comment was sent.")
    assert (await portal_site.staff_view()).comments == ["Once"]


async def test_refused_comment_is_explained_at_its_field(ticket: Visit, portal_site: PortalSite) -> None:
    page = ticket.page
    field = page.get_by_label("Write a comment")
    await field.fill("bell \a")
    await page.get_by_role("button", name="Send comment").click()
    await expect(field).to_be_focused()
    await expect(field).to_have_attribute("aria-invalid", "true")
    await expect(field).to_have_accessible_description("Control characters are not allowed here")
    await expect(field).to_have_value("bell \a")
    assert (await portal_site.staff_view()).comments == []


@pytest.mark.parametrize("damage", ["x", "cut"])
async def test_link_that_does_not_hold_says_what_to_do(visit: Visit, portal_site: PortalSite, damage: str) -> None:
    broken = portal_site.link[:-20] if damage == "cut" else f"{portal_site.base_url}/portal/#/t/x"
    await visit.open(broken, "This link no longer works")
    await expect(visit.page.get_by_role("main")).to_contain_text("ask the person who wrote to you for a new one")
    assert visit.page.url == f"{portal_site.base_url}/portal/#/"


async def test_ended_session_is_explained_and_a_draft_stays(ticket: Visit, portal_site: PortalSite) -> None:
    await portal_site.end_sessions()
    page = ticket.page
    await page.get_by_label("Write a comment").fill("A long answer")
    await page.get_by_role("button", name="Send comment").click()
    await expect(page.get_by_role("alert")).to_contain_text("Your session has ended.")
    await expect(page.get_by_label("Write a comment")).to_have_value("A long answer")
    await page.get_by_role("link", name="My tickets").click()
    await ticket.sees_heading("Your session has ended")
    await expect(page.get_by_role("navigation")).to_be_hidden()


async def test_unknown_ticket_is_not_found(ticket: Visit, portal_site: PortalSite) -> None:
    await ticket.open(
        f"{portal_site.base_url}/portal/#/tickets/01978c1e-5f3a-7c00-8000-000000000000", "Ticket not found"
    )
    await ticket.page.get_by_role("link", name="Go to my tickets").click()
    await ticket.sees_heading("My tickets")


async def test_lost_connection_can_be_tried_again(ticket: Visit) -> None:
    await ticket.context.set_offline(True)
    await ticket.page.get_by_role("link", name="My tickets").click()
    await ticket.sees_heading("No connection")
    await ticket.context.set_offline(False)
    await ticket.page.get_by_role("button", name="Try again").click()
    await ticket.sees_heading("My tickets")


async def test_busy_server_says_when_to_try_again(visit: Visit, portal_site: PortalSite) -> None:
    await visit.page.route("**/auth/links/exchange", refuse, times=1)
    await visit.open(portal_site.link, "One moment, please")
    await expect(visit.page.get_by_role("main")).to_contain_text("Please try again in 7 seconds.")
    await visit.page.get_by_role("button", name="Try again").click()
    await visit.sees_heading(story.TITLE)
