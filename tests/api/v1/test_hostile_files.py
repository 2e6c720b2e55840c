"""What people upload to break something: names, contents and forms that lie."""

import io
import zipfile
from typing import Any

import httpx
import pytest
from tests.application import ClientFor, SignedInClient
from tests.factories.attachments import PORTAL, SAFE_HEADERS, attach, list_files, read_file, stored_paths, upload
from tests.factories.tickets import create_ticket, recipient_of
from tests.refusals import pointers

from ticketdesk.bootstrap import Resources

OCTETS = "application/octet-stream"


@pytest.fixture
async def agent(client_for: ClientFor) -> SignedInClient:
    return await client_for("agent", name="Ada")


@pytest.fixture
async def ticket(agent: SignedInClient) -> dict[str, Any]:
    return await create_ticket(agent, send="now")


@pytest.fixture
async def recipient(client_for: ClientFor, ticket: dict[str, Any]) -> SignedInClient:
    return await recipient_of(client_for, ticket)


def archive(**members: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as opened:
        for name, words in members.items():
            opened.writestr(name.replace("__", "/"), words)
    return buffer.getvalue()


HOSTILE = {
    "page.html": b"<!DOCTYPE html><script>alert(1)</script>",
    "picture.svg": b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
    "gifar.gif": b"GIF89a\x01\x00\x01\x00" + bytes(2000) + archive(**{"META-INF__MANIFEST.MF": "Main-Class: Evil"}),
    "both.pdf": b"%PDF-1.7\n<html><script>alert(1)</script></html>\n%%EOF",
    "late.pdf": b"GIF89a" + bytes(500) + b"%PDF-1.7\n",
    "page.png": b"\x89PNG\r\n\x1a\n" + bytes(6000) + b"<script>alert(1)</script>",
    "utf16.txt": "<script>alert(1)</script>".encode("utf-16"),
    "feed.xml": b"<?xml version='1.0'?><x:script xmlns:x='http://www.w3.org/1999/xhtml'/>",
}


async def test_what_a_browser_could_run_is_octets_to_be_saved(
    agent: SignedInClient, recipient: SignedInClient, anonymous: SignedInClient, ticket: dict[str, Any]
) -> None:
    for name, octets in HOSTILE.items():
        added = await attach(agent, ticket["id"], octets, name, visibility="public")
        link = (await recipient.post(f"/api/v1/portal/attachments/{added['id']}/links")).json()["url"]
        path = httpx.URL(link).path
        for answer in (
            await read_file(agent, added),
            await read_file(recipient, added, PORTAL),
            await anonymous.get(path),
        ):
            assert answer.content == octets
            assert (name, answer.headers["content-type"]) == (name, OCTETS)
            assert answer.headers["content-disposition"].startswith("attachment;")
            assert {header: answer.headers[header] for header in SAFE_HEADERS} == SAFE_HEADERS


async def test_no_name_reaches_the_disk(agent: SignedInClient, ticket: dict[str, Any], resources: Resources) -> None:
    names = {
        "../../etc/passwd": "passwd",
        "C:\\x\\evil.exe": "evil.exe",
        "photo\u202egpj.exe": "photogpj.exe",
        "..": "file",
        "nul.txt": "_nul.txt",
        "x" * 300 + ".pdf": "x" * 195 + ".pdf",
    }
    for number, (given, shown) in enumerate(names.items()):
        added = await attach(agent, ticket["id"], f"{number}".encode(), given)
        assert (given, added["name"]) == (given, shown)
    raw = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a\x00b\xff.txt"\r\n\r\nz\r\n--x--\r\n'
    answer = await send(agent, ticket["id"], raw)
    assert (answer.status_code, answer.json()["name"]) == (201, "ab\ufffd.txt")
    assert {len(path.name) for path in stored_paths(resources)} == {64}
    assert all(resources.config.data_dir in path.parents for path in stored_paths(resources))


async def send(client: httpx.AsyncClient, ticket_id: str, body: bytes) -> httpx.Response:
    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    return await client.post(f"/api/v1/tickets/{ticket_id}/attachments", content=body, headers=headers)


START = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n'
BROKEN = {
    "truncated": START + b"\r\nhalf of",
    "no end": START + b"\r\nall of it\r\n--x",
    "huge header": START + b"X-Fill: " + b"y" * 100_000 + b"\r\n\r\nz\r\n--x--\r\n",
    "many headers": START + b"X-Fill: y\r\n" * 100 + b"\r\nz\r\n--x--\r\n",
    "no name": b"--x\r\nContent-Disposition: form-data\r\n\r\nz\r\n--x--\r\n",
    "no headers": b"--x\r\n\r\nz\r\n--x--\r\n",
    "no form": b"\xff\x00",
    "nothing": b"",
}


async def test_a_broken_form_leaves_nothing(
    agent: SignedInClient, ticket: dict[str, Any], resources: Resources
) -> None:
    for what, body in BROKEN.items():
        answer = await send(agent, ticket["id"], body)
        assert (what, answer.status_code, answer.json()["code"]) == (what, 400, "malformed_request")
    assert (await agent.post(f"/api/v1/tickets/{ticket['id']}/attachments", json={})).status_code == 415
    refused = [
        (await upload(agent, ticket["id"], b""), "/file"),
        (await upload(agent, ticket["id"], visibility="secret"), "/visibility"),
        (await upload(agent, ticket["id"], other="x"), "/other"),
        (await upload(agent, ticket["id"], visibility="x" * 300), "/visibility"),
        (await send(agent, ticket["id"], START + b"\r\nz\r\n" + START + b"\r\nz\r\n--x--\r\n"), "/file"),
        (
            await send(
                agent, ticket["id"], b'--x\r\nContent-Disposition: form-data; name="file"\r\n\r\nz\r\n--x--\r\n'
            ),
            "/file",
        ),
        (
            await send(
                agent,
                ticket["id"],
                b'--x\r\nContent-Disposition: form-data; name="visibility"\r\n\r\npublic\r\n--x--\r\n',
            ),
            "/file",
        ),
    ]
    assert [pointers(answer) for answer, _ in refused] == [[pointer] for _, pointer in refused]
    assert await list_files(agent, ticket["id"]) == []
    assert [path for path in stored_paths(resources) if path.parent.name == "unfinished"] == []
