from collections.abc import AsyncIterator

import httpx
import pytest
from playwright.async_api import Browser, expect
from starlette.applications import Starlette
from tests.mail import outgoing, outgoing_to
from tests.serving import served

from ticketdesk.api.mailbox import mailbox_routes
from ticketdesk.domain.ports import OutgoingMail
from ticketdesk.integrations.mailbox import MailCatcher
from ticketdesk.integrations.mime import encode
from ticketdesk.integrations.smtp import SmtpTransport

HOSTILE = '<script>document.title="hacked"</script><img src=x onerror="document.title=1">'


async def put(catcher: MailCatcher, *mails: OutgoingMail) -> None:
    transport = SmtpTransport(catcher.url)
    for mail in mails:
        await transport.send(mail)
    await transport.close()


@pytest.fixture
async def client(catcher: MailCatcher) -> AsyncIterator[httpx.AsyncClient]:
    app = Starlette(routes=mailbox_routes(catcher))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://desk.test") as opened:
        yield opened


async def test_an_empty_mailbox_says_so(client: httpx.AsyncClient) -> None:
    answer = await client.get("/dev/mailbox")
    assert answer.status_code == 200
    assert "No mail yet" in answer.text
    assert (await client.get("/dev/mailbox/")).text == answer.text
    assert (await client.get("/dev/mailbox/mails.json")).json() == {"items": []}


async def test_the_list_shows_the_newest_mail_first(client: httpx.AsyncClient, catcher: MailCatcher) -> None:
    await put(catcher, outgoing(subject="First"), outgoing(subject="Second"))
    page = (await client.get("/dev/mailbox")).text
    assert page.index("Second") < page.index("First")
    assert "/dev/mailbox/mails/2" in page
    assert 'http-equiv="refresh"' in page


async def test_the_json_list_is_oldest_first_and_can_be_narrowed(
    client: httpx.AsyncClient, catcher: MailCatcher
) -> None:
    await put(catcher, outgoing_to("amy@example.com"), outgoing_to("bob@example.com"))
    items = (await client.get("/dev/mailbox/mails.json")).json()["items"]
    assert [(item["id"], item["to"]) for item in items] == [(1, ["amy@example.com"]), (2, ["bob@example.com"])]
    assert items[0]["links"] == ["https://desk.example/portal/#/t/abc"]
    assert items[0]["message_id"] == outgoing().message_id
    narrowed = await client.get("/dev/mailbox/mails.json", params={"to": "BOB@example.com"})
    assert [item["id"] for item in narrowed.json()["items"]] == [2]


async def test_one_mail_as_json(client: httpx.AsyncClient, catcher: MailCatcher) -> None:
    await put(catcher, outgoing(subject="Grüße", text="Hello\n", html='<a href="https://x.example/#/t/1">x</a>'))
    mail = (await client.get("/dev/mailbox/mails/1.json")).json()
    assert mail["subject"] == "Grüße"
    assert mail["text"] == "Hello\n"
    assert mail["links"] == ["https://x.example/#/t/1"]
    assert ["To", "Jane Doe <jane@example.com>"] in mail["headers"]
    assert mail["from"] == "desk@desk.example"


async def test_the_raw_bytes_can_be_saved(client: httpx.AsyncClient, catcher: MailCatcher) -> None:
    await put(catcher, outgoing())
    answer = await client.get("/dev/mailbox/mails/1.eml")
    assert answer.content == encode(outgoing())
    assert answer.headers["content-disposition"] == 'attachment; filename="mail-1.eml"'


async def test_one_mail_has_three_views(client: httpx.AsyncClient, catcher: MailCatcher) -> None:
    await put(catcher, outgoing(text="The text body", html="<p>The HTML body</p>"))
    html, text, raw = [(await client.get(f"/dev/mailbox/mails/1?view={view}")).text for view in ("html", "text", "raw")]
    assert (await client.get("/dev/mailbox/mails/1")).text == html
    assert 'src="/dev/mailbox/mails/1/body"' in html
    assert "The HTML body" not in html
    assert "The text body" in text
    assert "Auto-Submitted: auto-generated" in raw
    assert "The HTML body" in (await client.get("/dev/mailbox/mails/1/body")).text


@pytest.mark.parametrize(
    "path",
    ["mails/1", "mails/1.json", "mails/1.eml", "mails/1/body", "mails/x", "mails/99999999999999999999.json", "x"],
)
async def test_what_is_not_there_is_not_found(client: httpx.AsyncClient, path: str) -> None:
    assert (await client.get(f"/dev/mailbox/{path}")).status_code == 404


async def test_an_unknown_view_is_not_found(client: httpx.AsyncClient, catcher: MailCatcher) -> None:
    await put(catcher, outgoing())
    assert (await client.get("/dev/mailbox/mails/1?view=../secrets")).status_code == 404


async def test_nothing_can_be_changed(client: httpx.AsyncClient) -> None:
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        assert (await client.request(method, "/dev/mailbox")).status_code == 405


@pytest.mark.parametrize("path", ["", "/mailbox.css", "/mails.json", "/mails/1", "/mails/1.json", "/mails/1.eml"])
async def test_every_answer_is_under_a_strict_policy(
    client: httpx.AsyncClient, catcher: MailCatcher, path: str
) -> None:
    await put(catcher, outgoing())
    headers = (await client.get(f"/dev/mailbox{path}")).headers
    assert headers["content-security-policy"].startswith("default-src 'none'; style-src 'self'; frame-src 'self'")
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["cache-control"] == "no-store"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"


async def test_the_body_is_sandboxed_even_without_its_frame(client: httpx.AsyncClient, catcher: MailCatcher) -> None:
    await put(catcher, outgoing(html=HOSTILE))
    policy = (await client.get("/dev/mailbox/mails/1/body")).headers["content-security-policy"]
    assert "sandbox allow-popups allow-popups-to-escape-sandbox" in policy
    assert policy.startswith("default-src 'none'")
    assert "script" not in policy


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<html><head><title>x</title></head></html>", '<html><head><base target="_blank"><title>x'),
        ('<!DOCTYPE html><HEAD lang="en"><p>', '<!DOCTYPE html><HEAD lang="en"><base target="_blank"><p>'),
        ("<header>no head</header>", '<base target="_blank"><header>'),
    ],
)
async def test_links_leave_the_frame(client: httpx.AsyncClient, catcher: MailCatcher, html: str, expected: str) -> None:
    await put(catcher, outgoing(html=html))
    assert (await client.get("/dev/mailbox/mails/1/body")).text.startswith(expected)


async def test_hostile_mail_is_text_on_the_pages(client: httpx.AsyncClient, catcher: MailCatcher) -> None:
    link = '<a href="javascript:alert(1)">x</a>'
    await put(catcher, outgoing(subject=HOSTILE, text=HOSTILE, html=link))
    for path in ("", "/mails/1", "/mails/1?view=text", "/mails/1?view=raw"):
        page = (await client.get(f"/dev/mailbox{path}")).text
        assert "<script" not in page
        assert "<img" not in page
        assert 'href="javascript' not in page


async def test_it_works_below_a_path_prefix(catcher: MailCatcher) -> None:
    await put(catcher, outgoing())
    transport = httpx.ASGITransport(Starlette(routes=mailbox_routes(catcher)), root_path="/desk")
    async with httpx.AsyncClient(transport=transport, base_url="http://desk.test") as client:
        assert 'href="/desk/dev/mailbox/mails/1"' in (await client.get("/desk/dev/mailbox")).text


@pytest.mark.browser
async def test_in_a_browser_scripts_are_dead_and_links_open_a_free_tab(catcher: MailCatcher, browser: Browser) -> None:
    async with served(Starlette(routes=mailbox_routes(catcher))) as base:
        link = f'<a href="{base}/dev/mailbox">to the list</a>'
        await put(catcher, outgoing(subject="A mail", html=f"<html><head></head><body>{HOSTILE}{link}</body></html>"))
        async with await browser.new_context() as context:
            page = await context.new_page()
            await page.goto(f"{base}/dev/mailbox")
            await page.get_by_role("link", name="A mail").click()
            frame = page.frame_locator("iframe")
            await expect(frame.get_by_text("to the list")).to_be_visible()
            async with page.context.expect_page() as opened:
                await frame.get_by_text("to the list").click()
            tab = await opened.value
            await expect(tab.get_by_role("link", name="A mail")).to_be_visible()
            assert await tab.evaluate("window.origin") == base
            assert await page.title() == "A mail"
