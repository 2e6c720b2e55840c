"""Registering with the link of an invite in the portal page, and signing in afterwards."""

from datetime import timedelta

from fastapi import FastAPI
from playwright.async_api import Browser, expect
from tests.application import ClientFor, FrozenClock
from tests.factories.invites import CLARA, create_invite, mailed_tokens
from tests.factories.tickets import create_ticket
from tests.factories.users import PASSWORD
from tests.portal.visits import open_visit
from tests.serving import served

from ticketdesk.bootstrap import Resources


async def test_an_invited_person_registers_and_signs_in_again(
    browser: Browser, app: FastAPI, client_for: ClientFor, resources: Resources, clock: FrozenClock
) -> None:
    staff = await client_for("agent", name="Ann Agent")
    await create_ticket(staff, send="now", recipient=CLARA, title="Correct the rate")
    await create_invite(staff)
    [token] = await mailed_tokens(resources)
    async with served(app) as base_url, open_visit(browser, base_url) as visit:
        page = visit.page
        await visit.open(f"{base_url}/portal/#/i/{token}", "Register")
        assert "#/i/" not in page.url
        await page.get_by_label("Your name").fill("Clara Voss")
        await page.get_by_label("Password").fill(CLARA["email"] + " " * 3)
        await page.get_by_role("button", name="Register").click()
        await expect(page.get_by_role("alert")).to_contain_text("must not be the e-mail address")
        await page.get_by_label("Password").fill(PASSWORD)
        await page.get_by_role("button", name="Register").click()
        await visit.sees_heading("My tickets")
        await expect(page.get_by_text("Correct the rate")).to_be_visible()
        # The access token is over by then, and the page gets itself another one.
        clock.advance(timedelta(minutes=20))
        await page.get_by_text("Correct the rate").click()
        await visit.sees_heading("Correct the rate")
    async with served(app) as base_url, open_visit(browser, base_url) as visit:
        page = visit.page
        await visit.open(f"{base_url}/portal/", "Open the link in your e-mail")
        await page.get_by_role("link", name="Sign in with a password").click()
        await visit.sees_heading("Sign in")
        await page.get_by_label("E-mail address").fill(CLARA["email"])
        await page.get_by_label("Password").fill("wrong")
        await page.get_by_role("button", name="Sign in").click()
        await expect(page.get_by_role("alert")).to_have_text("E-mail address or password is wrong.")
        await page.get_by_label("Password").fill(PASSWORD)
        await page.get_by_role("button", name="Sign in").click()
        await visit.sees_heading("My tickets")
