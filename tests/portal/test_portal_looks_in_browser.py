from pathlib import Path

import pytest
from playwright.async_api import Browser, Route, expect
from tests.portal import portal_sites as story
from tests.portal.portal_sites import PortalSite
from tests.portal.visits import Visit, open_visit, refuse

pytestmark = pytest.mark.browser
CONTRASTS = (Path(__file__).parent / "contrasts.js").read_text()
PHONE = {"viewport": {"width": 320, "height": 640}, "has_touch": True}


async def test_skip_link_leads_to_the_content(ticket: Visit) -> None:
    await ticket.page.reload()
    await ticket.sees_heading(story.TITLE)
    await ticket.page.evaluate("document.activeElement.blur()")
    await ticket.page.get_by_role("link", name="Skip to the content").focus()
    await ticket.page.keyboard.press("Enter")
    await expect(ticket.page.get_by_role("main")).to_be_focused()
    assert "/tickets/" in ticket.page.url


async def test_phone_shows_all_without_scrolling_sideways(browser: Browser, portal_site: PortalSite) -> None:
    async with open_visit(browser, portal_site.base_url, **PHONE) as visit:
        page = visit.page

        async def is_narrow() -> bool:
            return bool(await page.evaluate("document.documentElement.scrollWidth <= 320"))

        await visit.open(portal_site.link, story.TITLE)
        assert await is_narrow()
        await page.get_by_role("button", name="Mark completed").tap()
        box = await page.get_by_role("dialog").bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 320
        await page.get_by_role("button", name="Cancel").tap()
        await page.get_by_role("link", name="My tickets").tap()
        await visit.sees_heading("My tickets")
        assert await is_narrow()
        await page.get_by_role("link", name=story.HOSTILE).tap()
        await visit.sees_heading(story.HOSTILE)
        assert await is_narrow()


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_every_text_stands_out_from_its_background(
    browser: Browser, portal_site: PortalSite, scheme: str
) -> None:
    async with open_visit(browser, portal_site.base_url, color_scheme=scheme) as visit:
        page = visit.page
        await visit.open(portal_site.link, story.TITLE)
        await page.route("**/requested-actions/*", refuse, times=1)
        await page.get_by_role("checkbox").first.click()
        await expect(page.get_by_role("alert")).to_be_visible()
        assert await page.evaluate(CONTRASTS) == []
        await page.get_by_role("button", name="Mark completed").click()
        assert await page.evaluate(CONTRASTS) == []
        await page.get_by_role("button", name="Cancel").click()
        await page.get_by_role("link", name="My tickets").click()
        await visit.sees_heading("My tickets")
        for color in ("purple", "green", "teal", "red", "blue", "yellow", "grey"):
            await page.locator("[data-color]").evaluate_all(
                "(all, c) => all.forEach((e) => (e.dataset.color = c))", color
            )
            assert await page.evaluate(CONTRASTS) == [], color


async def test_nothing_jumps_while_the_page_loads(ticket: Visit) -> None:
    page = ticket.page

    async def hold_until_painted(route: Route) -> None:
        await page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
        await route.continue_()

    # First nothing but the frame of the page is seen, then "loading", then the ticket.
    await page.route("**/portal.js", hold_until_painted)
    await page.route("**/api/v1/**", hold_until_painted)
    await page.reload()
    await ticket.sees_heading(story.TITLE)
    assert await page.evaluate("window.layoutShift") < 0.001
