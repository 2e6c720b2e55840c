from typing import Any

import pytest
from playwright.async_api import Route, expect
from tests.portal import portal_sites as story
from tests.portal.portal_sites import PortalSite
from tests.portal.visits import Visit

pytestmark = pytest.mark.browser


async def test_link_opens_its_ticket_and_its_token_is_kept_nowhere(visit: Visit, portal_site: PortalSite) -> None:
    page = visit.page
    token = portal_site.link.rpartition("/")[2]
    addresses = []

    async def note_address(route: Route) -> None:
        addresses.append(await page.evaluate("location.href"))
        await route.continue_()

    await page.route("**/auth/links/exchange", note_address)
    await visit.open(portal_site.link, story.TITLE)
    assert addresses == [f"{portal_site.base_url}/portal/#/"]
    assert "/portal/#/tickets/" in page.url
    # The entry of the link itself was replaced: the browser's start page and this one are all there is.
    assert await page.evaluate("history.length") == 2
    assert token not in await page.evaluate("JSON.stringify([{...sessionStorage}, {...localStorage}, document.cookie])")
    assert await page.evaluate("localStorage.length") == 0
    assert token not in await page.content()


async def test_ticket_shows_what_is_asked_by_whom_and_about_what(ticket: Visit) -> None:
    page = ticket.page
    article = page.get_by_role("article")
    await expect(article).to_contain_text(story.DESCRIPTION)
    await expect(article).to_contain_text(f"Asked by {story.SENDER}, {story.TEAM}")
    await expect(article.get_by_text("Pending Correction")).to_be_visible()
    for text, note in story.ACTIONS:
        box = page.get_by_role("checkbox", name=text)
        await expect(box).not_to_be_checked()
        await expect(box).to_have_accessible_description(note or "")
    await expect(page.get_by_role("heading", name=f"The post on {story.PLATFORM}")).to_be_visible()
    await expect(page.locator("blockquote")).to_have_text(story.CAPTURED_TEXT)
    for text in story.CATEGORY:
        await expect(page.get_by_role("region", name="Rules concerned")).to_contain_text(text)
    comments = page.get_by_role("region", name="Comments")
    await expect(comments.get_by_role("listitem")).to_contain_text([story.STAFF_COMMENT])
    await expect(comments.get_by_role("listitem")).to_contain_text([story.SENDER])
    await expect(page.get_by_role("banner")).to_contain_text(story.RECIPIENT)


async def test_item_link_gives_nothing_of_this_page_away(ticket: Visit) -> None:
    link = ticket.page.get_by_role("link", name="Open the post")
    await expect(link).to_have_attribute("href", story.ITEM_URL)
    await expect(link).to_have_attribute("rel", "noopener noreferrer")
    await expect(link).to_contain_text("www.linkedin.example")


@pytest.mark.parametrize(
    "url", ["javascript:window.isHacked=true", "javascript://x/%0aalert(1)", "//elsewhere.example"]
)
async def test_only_web_addresses_become_links(visit: Visit, portal_site: PortalSite, url: str) -> None:
    async def give_address(route: Route) -> None:
        answer: dict[str, Any] = await (await route.fetch()).json()
        await route.fulfill(json=answer | {"item": answer["item"] | {"url": url}})

    await visit.page.route("**/api/v1/portal/tickets/*", give_address)
    await visit.open(portal_site.link, story.TITLE)
    await expect(visit.page.get_by_text(url)).to_be_visible()
    await expect(visit.page.get_by_role("main").get_by_role("link")).to_have_count(0)


async def test_hostile_text_is_shown_as_text(visit: Visit, portal_site: PortalSite) -> None:
    await visit.open(portal_site.other_link, story.HOSTILE)
    # Title, description, action and comment.
    await expect(visit.page.get_by_text(story.HOSTILE)).to_have_count(4)
    assert await visit.page.evaluate("window.isHacked") is None
    assert await visit.page.locator("img").count() == 0
    await visit.page.get_by_role("link", name="My tickets").click()
    await expect(visit.page.get_by_role("link", name=story.HOSTILE)).to_be_visible()


async def test_ticks_are_saved_at_once_by_keyboard(ticket: Visit, portal_site: PortalSite) -> None:
    page = ticket.page
    await ticket.tab_to(story.ACTIONS[1][0])
    await page.keyboard.press("Space")
    await expect(page.get_by_role("status")).to_have_text("Saved as done.")
    await expect(page.get_by_text("1 of 3 done")).to_be_visible()
    assert (await portal_site.staff_view()).done_actions == [False, True, False]
    await page.keyboard.press("Space")
    await expect(page.get_by_role("status")).to_have_text("Saved as not done.")
    assert (await portal_site.staff_view()).done_actions == [False, False, False]


async def test_change_of_mind_while_a_tick_is_being_saved_wins(ticket: Visit, portal_site: PortalSite) -> None:
    box = ticket.page.get_by_role("checkbox").first

    async def untick_meanwhile(route: Route) -> None:
        await box.uncheck()
        await route.continue_()

    await ticket.page.route("**/requested-actions/*", untick_meanwhile, times=1)
    await box.check()
    await expect(ticket.page.get_by_role("status")).to_have_text("Saved as not done.")
    await expect(box).not_to_be_checked()
    assert (await portal_site.staff_view()).done_actions == [False, False, False]


async def test_comment_reaches_the_desk_and_turns_the_ticket_blue(ticket: Visit, portal_site: PortalSite) -> None:
    page = ticket.page
    field = page.get_by_label("Write a comment")
    await field.fill("It is gone.\n\nPlease look.")
    await page.get_by_role("button", name="Send comment").click()
    await expect(page.get_by_role("status")).to_have_text("Your comment was sent.")
    await expect(field).to_have_value("")
    await expect(page.locator(".headline .chip")).to_have_text("Comment Added")
    await expect(page.locator(".headline .chip")).to_have_attribute("data-color", "blue")
    await expect(page.locator(".comment").last).to_contain_text("It is gone.\n\nPlease look.")
    await expect(page.locator(".comment").last).to_contain_text(story.RECIPIENT)
    view = await portal_site.staff_view()
    assert (view.status, view.comments) == ("comment_added", ["It is gone.\n\nPlease look."])


async def test_double_click_sends_one_comment(ticket: Visit, portal_site: PortalSite) -> None:
    await ticket.page.get_by_label("Write a comment").fill("Once")
    await ticket.page.get_by_role("button", name="Send comment").dblclick()
    await expect(ticket.page.get_by_role("status")).to_have_text("Your comment was sent.")
    assert (await portal_site.staff_view()).comments == ["Once"]


async def test_ticket_is_completed_by_keyboard_alone(ticket: Visit, portal_site: PortalSite) -> None:
    page = ticket.page
    await ticket.tab_to("Mark completed")
    await page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="Mark this ticket completed?")
    await expect(dialog).to_contain_text("3 actions are not ticked yet.")
    await page.keyboard.press("Escape")
    await expect(dialog).to_be_hidden()
    assert await ticket.focused() == "Mark completed"
    assert (await portal_site.staff_view()).status == "pending_correction"

    await page.keyboard.press("Enter")
    await ticket.tab_to("Comment")
    await page.keyboard.type("Edited as you asked.")
    await ticket.tab_to("Yes, mark completed")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("status")).to_have_text("Marked completed. Thank you.")
    assert await ticket.focused() == "What is asked of you"
    await expect(page.locator(".headline .chip")).to_have_text("Pending Verification")
    await expect(page.get_by_role("button", name="Mark completed")).to_be_hidden()
    view = await portal_site.staff_view()
    assert (view.status, view.comments) == ("pending_verification", ["Edited as you asked."])


async def test_my_tickets_are_listed_in_their_colours_closed_ones_included(ticket: Visit) -> None:
    page = ticket.page
    await page.get_by_role("link", name="My tickets").click()
    await ticket.sees_heading("My tickets")
    rows = page.get_by_role("main").get_by_role("listitem")
    await expect(rows).to_contain_text([story.TITLE, story.HOSTILE, story.CLOSED_TITLE])
    await expect(rows.first).to_contain_text("3 actions open")
    for row, label, color in ((rows.first, "Pending Correction", "red"), (rows.last, "Closed", "grey")):
        await expect(row.locator(".chip")).to_have_text(label)
        await expect(row.locator(".chip")).to_have_attribute("data-color", color)


async def test_closed_ticket_can_be_read_and_nothing_else(ticket: Visit) -> None:
    page = ticket.page
    await page.get_by_role("link", name="My tickets").click()
    await page.get_by_role("link", name=story.CLOSED_TITLE).click()
    await ticket.sees_heading(story.CLOSED_TITLE)
    await expect(page.get_by_text("This ticket is closed.")).to_be_visible()
    for control in ("button", "textbox"):
        await expect(page.get_by_role("main").get_by_role(control)).to_have_count(0)


async def test_back_and_forward_go_through_the_views(ticket: Visit) -> None:
    await ticket.page.get_by_role("link", name="My tickets").click()
    await ticket.sees_heading("My tickets")
    await ticket.page.go_back()
    await ticket.sees_heading(story.TITLE)
    await ticket.page.go_forward()
    await ticket.sees_heading("My tickets")


async def test_long_list_is_shown_page_by_page(ticket: Visit, portal_site: PortalSite) -> None:
    await portal_site.send_tickets(20)
    page = ticket.page
    await page.get_by_role("link", name="My tickets").click()
    rows = page.get_by_role("main").get_by_role("listitem")
    await expect(rows).to_have_count(20)
    await page.get_by_role("button", name="Show more").click()
    await expect(rows).to_have_count(23)
    await expect(page.get_by_role("status")).to_have_text("23 tickets shown.")
    await expect(rows.nth(20).get_by_role("link")).to_be_focused()
    await expect(page.get_by_role("button", name="Show more")).to_be_hidden()


async def test_reload_keeps_the_session_and_a_new_tab_has_none(ticket: Visit, portal_site: PortalSite) -> None:
    await ticket.page.reload()
    await ticket.sees_heading(story.TITLE)
    fresh = await ticket.context.new_page()
    await fresh.goto(f"{portal_site.base_url}/portal/")
    await expect(fresh.get_by_role("heading", level=1)).to_have_text("Open the link in your e-mail")


async def test_page_without_its_last_slash_leads_to_the_page(visit: Visit, portal_site: PortalSite) -> None:
    await visit.open(f"{portal_site.base_url}/portal", "Open the link in your e-mail")
    assert visit.page.url == f"{portal_site.base_url}/portal/"


async def test_link_opened_in_the_same_tab_replaces_the_session(ticket: Visit, portal_site: PortalSite) -> None:
    await ticket.open(portal_site.other_link, story.HOSTILE)
    assert "/t/" not in ticket.page.url
