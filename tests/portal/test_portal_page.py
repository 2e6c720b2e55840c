import re
from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import FastAPI

from ticketdesk.api import portal_page

SCRIPTS = (
    "portal.js", "accounts.js", "delegations.js", "forms.js", "questions.js", "server.js", "tickets.js", "writing.js",
)  # fmt: skip
PATHS = {
    "/portal/": "text/html; charset=utf-8",
    **{f"/portal/{name}": "text/javascript; charset=utf-8" for name in SCRIPTS},
    "/portal/portal.css": "text/css; charset=utf-8",
    "/portal/favicon.svg": "image/svg+xml",
}
POLICY = {
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "connect-src 'self'",
    "img-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
}
SOURCES = {path.name: path.read_text() for path in portal_page.FOLDER.iterdir()}


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    app = FastAPI()
    portal_page.install(app)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://desk.test") as client:
        yield client


@pytest.mark.parametrize(("path", "media_type"), PATHS.items())
async def test_every_file_comes_with_its_type_and_the_strict_policy(
    client: httpx.AsyncClient, path: str, media_type: str
) -> None:
    answer = await client.get(path)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == media_type
    assert set(answer.headers["content-security-policy"].split("; ")) == POLICY
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["x-frame-options"] == "DENY"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["cache-control"] == "no-cache"
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("path", PATHS)
async def test_known_version_is_not_sent_again(client: httpx.AsyncClient, path: str) -> None:
    tag = (await client.get(path)).headers["etag"]
    for known in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        answer = await client.get(path, headers={"If-None-Match": known})
        assert (answer.status_code, answer.content, answer.headers["etag"]) == (304, b"", tag)
    assert (await client.get(path, headers={"If-None-Match": '"other"'})).status_code == 200


async def test_tags_differ_from_file_to_file(client: httpx.AsyncClient) -> None:
    assert len({(await client.get(path)).headers["etag"] for path in PATHS}) == len(PATHS)


async def test_missing_slash_is_added_without_naming_a_host(client: httpx.AsyncClient) -> None:
    answer = await client.get("/portal")
    assert (answer.status_code, answer.headers["location"]) == (307, "portal/")


@pytest.mark.parametrize(
    "path", ["/portal/index.html", "/portal/other.js", "/portal/..%2fapi%2fportal_page.py", "/portal//etc/passwd"]
)
async def test_nothing_but_the_files_is_served(client: httpx.AsyncClient, path: str) -> None:
    assert (await client.get(path)).status_code == 404


async def test_page_is_only_read(client: httpx.AsyncClient) -> None:
    assert (await client.head("/portal/")).status_code == 200
    assert (await client.post("/portal/")).status_code == 405


def test_every_file_of_the_folder_is_served() -> None:
    assert {name for name, _ in portal_page.FILES.values()} == set(SOURCES)


@pytest.mark.parametrize("name", ["index.html", "portal.css", *SCRIPTS])
def test_files_name_no_other_host(name: str) -> None:
    # A scheme with a host, or a host without a scheme; "https?:\/\/" in a pattern of the script names none.
    assert re.findall(r"""(?:https?:|wss?:|["'(=\s])//\w[^\s"')]*""", SOURCES[name]) == []


def test_markup_holds_no_script_style_or_handler() -> None:
    page = SOURCES["index.html"]
    assert re.findall(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=|javascript:", page, re.IGNORECASE) == []
    linked = re.findall(r"""(?:src|href)="([^"#]+)""", page)
    assert sorted(linked) == sorted(set(SOURCES) - {"index.html"})


@pytest.mark.parametrize("name", SCRIPTS)
def test_script_makes_no_markup_or_code_out_of_text(name: str) -> None:
    sinks = r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|DOMParser|createContextualFragment|\beval\b"
    others = r"new Function|setAttribute\(\s*[\"']on|srcdoc|localStorage|document\.cookie|import\("
    assert re.findall(f"{sinks}|{others}", SOURCES[name]) == []


def test_script_asks_the_api_alone() -> None:
    script = "".join(SOURCES[name] for name in SCRIPTS)
    assert len(re.findall(r"\bfetch\(", script)) == 1
    assert re.findall(r"XMLHttpRequest|WebSocket|EventSource|sendBeacon|window\.open", script) == []
    assert 'const API = new URL("../api/v1/", import.meta.url);' in script
    assert "send(new URL(path, API)" in script
