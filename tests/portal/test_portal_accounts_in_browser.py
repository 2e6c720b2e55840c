"""Registering with the link of an invite in the portal page, signing in afterwards, and choosing another password."""

from datetime import timedelta

from fastapi import FastAPI
from playwright.async_api import Browser, expect
from tests.application import ClientFor, FrozenClock
from tests.factories.contacts import create_contact
from tests.factories.guests import create_guest
from tests.factories.invites import CLARA, create_invite, mailed_tokens
from tests.factories.password_resets import mailed
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


async def test_a_forgotten_password_is_replaced_and_its_link_works_once(
    browser: Browser, app: FastAPI, resources: Resources
) -> None:
    await create_guest(resources, await create_contact(resources), email=CLARA["email"])
    async with served(app) as base_url, open_visit(browser, base_url) as visit:
        page = visit.page
        await visit.open(f"{base_url}/portal/#/sign-in", "Sign in")
        said = []
        for email in ("nobody@berg.example", CLARA["email"]):
            await page.goto(f"{base_url}/portal/#/sign-in")
            await page.get_by_role("link", name="Forgot your password?").click()
            await visit.sees_heading("Forgot your password?")
            await page.get_by_label("E-mail address").fill(email)
            await page.get_by_role("button", name="Send the link").click()
            await expect(page.get_by_label("E-mail address")).to_be_hidden()
            said.append(await page.get_by_role("main").inner_text())
        assert said[0] == said[1]
        [link] = await mailed(resources)
        place = f"{base_url}/portal/#/r/{link.partition('#/r/')[2]}"

        await visit.open(place, "Choose a new password")
        assert "#/r/" not in page.url
        await page.get_by_label("New password").fill("a quite different passphrase")
        await page.get_by_role("button", name="Save the password").click()
        await visit.sees_heading("Sign in")
        await expect(page.get_by_text("Your new password is saved. Sign in with it.")).to_be_visible()
        await page.get_by_label("E-mail address").fill(CLARA["email"])
        await page.get_by_label("Password").fill("a quite different passphrase")
        await page.get_by_role("button", name="Sign in").click()
        await visit.sees_heading("My tickets")

        for used, sentence in ((place, "This link was used"), (place[:-3], "This link is not complete")):
            await visit.open(used, "Choose a new password")
            await page.get_by_label("New password").fill("yet another passphrase")
            await page.get_by_role("button", name="Save the password").click()
            await expect(page.get_by_role("alert")).to_contain_text(sentence)
        await page.get_by_role("link", name="Ask for a new link").click()
        await visit.sees_heading("Forgot your password?")
