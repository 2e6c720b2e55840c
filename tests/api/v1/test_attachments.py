"""Files on tickets over HTTP: who sees which, and what a browser is told."""

import asyncio
import hashlib
import os
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from tests.application import ClientFor, FrozenClock, SignedInClient
from tests.factories.attachments import (
    CONTENT,
    PORTAL,
    SAFE_HEADERS,
    attach,
    list_files,
    read_file,
    stored_paths,
    upload,
)
from tests.factories.contacts import create_contact
from tests.factories.tickets import create_ticket, read_activity, recipient_of, step
from tests.refusals import pointers

from ticketdesk.api.uploads import MAX_FIELDS
from ticketdesk.bootstrap import Resources
from ticketdesk.models.contacts import contacts


@pytest.fixture
async def agent(client_for: ClientFor) -> SignedInClient:
    return await client_for("agent", name="Ada")


@pytest.fixture
async def ticket(agent: SignedInClient) -> dict[str, Any]:
    return await create_ticket(agent, send="now")


@pytest.fixture
async def recipient(client_for: ClientFor, ticket: dict[str, Any]) -> SignedInClient:
    return await recipient_of(client_for, ticket)


async def test_a_file_is_kept_by_its_content_and_comes_back_as_it_was(
    agent: SignedInClient, ticket: dict[str, Any], resources: Resources
) -> None:
    answer = await upload(agent, ticket["id"], CONTENT, "../Über uns.txt", visibility="public")
    added, digest = answer.json(), hashlib.sha256(CONTENT).hexdigest()
    assert answer.headers["location"] == f"/api/v1/attachments/{added['id']}"
    assert (await agent.get(answer.headers["location"])).json() == added
    assert added | {"id": "", "created_at": ""} == {
        "id": "",
        "ticket_id": ticket["id"],
        "name": "Über uns.txt",
        "media_type": "text/plain; charset=utf-8",
        "size": len(CONTENT),
        "sha256": digest,
        "visibility": "public",
        "comment_id": None,
        "question_id": None,
        "uploaded_by": {"name": "Ada", "side": "staff"},
        "created_at": "",
    }
    await attach(agent, ticket["id"], CONTENT, "again.txt")
    assert [found["visibility"] for found in await list_files(agent, ticket["id"])] == ["public", "internal"]
    [path] = stored_paths(resources)
    assert (path.name, path.parent.name, path.parent.parent.name) == (digest, digest[2:4], digest[:2])
    assert [oct(each.stat().st_mode)[-3:] for each in (path, path.parent, path.parent.parent)] == ["600", "700", "700"]
    given = await read_file(agent, added)
    assert (given.status_code, given.content) == (200, CONTENT)
    assert {name: given.headers[name] for name in SAFE_HEADERS} == SAFE_HEADERS
    assert given.headers["content-disposition"] == (
        "attachment; filename=\"_ber uns.txt\"; filename*=UTF-8''%C3%9Cber%20uns.txt"
    )
    assert (given.headers["etag"], given.headers["content-type"]) == (f'"{digest}"', "text/plain; charset=utf-8")


async def test_the_record_and_the_report_have_name_and_hash(agent: SignedInClient, ticket: dict[str, Any]) -> None:
    added = await attach(agent, ticket["id"])
    report = (await agent.get(f"/api/v1/tickets/{ticket['id']}/report")).json()
    entry = report["activity"][-1]
    assert (entry["kind"], report["is_intact"], report["attachments"]) == ("attached", True, [added])
    facts = {name: added[name] for name in ("name", "media_type", "size", "sha256", "visibility")}
    assert entry["facts"] == facts | {"attachment_id": added["id"]}


async def test_the_bounds_are_the_settings(
    client_for: ClientFor, agent: SignedInClient, ticket: dict[str, Any]
) -> None:
    admin = await client_for("admin")
    bounds = {"max_file_bytes": 200_000, "max_ticket_bytes": 250_000, "max_ticket_files": 2}
    assert (await admin.patch("/api/v1/settings/attachments", json=bounds)).is_success
    for size in (200_001, 1_000_000):
        answer = await upload(agent, ticket["id"], os.urandom(size))
        assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")
    await attach(agent, ticket["id"], os.urandom(200_000))
    answer = await upload(agent, ticket["id"], os.urandom(50_001))
    assert (answer.status_code, answer.json()["code"], answer.json()["bytes_left"]) == (409, "quota_exceeded", 50_000)
    await attach(agent, ticket["id"], os.urandom(50_000))
    answer = await upload(agent, ticket["id"], b"x")
    assert (answer.json()["code"], answer.json()["max_files"]) == ("quota_exceeded", 2)


async def test_of_two_uploads_at_once_one_has_the_last_place(
    client_for: ClientFor, agent: SignedInClient, recipient: SignedInClient, ticket: dict[str, Any]
) -> None:
    admin = await client_for("admin")
    assert (await admin.patch("/api/v1/settings/attachments", json={"max_ticket_files": 1})).is_success
    answers = await asyncio.gather(
        *(upload(agent, ticket["id"], CONTENT) for _ in range(3)),
        *(upload(recipient, ticket["id"], CONTENT, side=PORTAL) for _ in range(3)),
    )
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 5
    assert len(await list_files(agent, ticket["id"])) == 1


async def test_recipients_see_what_is_for_them(
    client_for: ClientFor,
    agent: SignedInClient,
    recipient: SignedInClient,
    ticket: dict[str, Any],
    resources: Resources,
) -> None:
    inside = await attach(agent, ticket["id"], b"inside")
    outside = await attach(agent, ticket["id"], b"outside", visibility="public")
    theirs = await attach(recipient, ticket["id"], b"theirs", side=PORTAL)
    assert [found["id"] for found in await list_files(recipient, ticket["id"], PORTAL)] == [
        outside["id"],
        theirs["id"],
    ]
    assert [found["visibility"] for found in await list_files(agent, ticket["id"])] == [
        "internal",
        "public",
        "public",
    ]
    assert not {"visibility", "ticket_id"} & theirs.keys()
    stranger = await client_for.portal(await create_contact(resources))
    for client, found, status in (
        (recipient, inside, 404),
        (recipient, outside, 200),
        (stranger, outside, 404),
        (stranger, theirs, 404),
    ):
        assert (await read_file(client, found, PORTAL)).status_code == status
        link = await client.post(f"/api/v1/portal/attachments/{found['id']}/links")
        assert link.status_code == (201 if status == 200 else 404)
    assert (await upload(stranger, ticket["id"], side=PORTAL)).status_code == 404
    assert (await upload(await client_for("auditor"), ticket["id"])).status_code == 403
    assert (await upload(recipient, ticket["id"], side=PORTAL, visibility="internal")).status_code == 422


async def test_files_of_a_held_ticket_go_out_with_it(client_for: ClientFor, agent: SignedInClient) -> None:
    held = await create_ticket(agent)
    recipient = await recipient_of(client_for, held)
    found = await attach(agent, held["id"], visibility="public")
    assert (await read_file(recipient, found, PORTAL)).status_code == 404
    assert (await step(agent, held["id"], "send")).is_success
    assert (await read_file(recipient, found, PORTAL)).content == CONTENT


async def test_who_may_not_comment_may_not_attach(
    agent: SignedInClient, recipient: SignedInClient, ticket: dict[str, Any]
) -> None:
    assert (await step(agent, ticket["id"], "close", reason="No longer needed")).is_success
    answer = await upload(recipient, ticket["id"], side=PORTAL)
    assert (answer.status_code, answer.json()["code"]) == (409, "ticket_closed")
    await attach(agent, ticket["id"])
    assert (await agent.put(f"/api/v1/tickets/{ticket['id']}/archive")).is_success
    assert (await upload(agent, ticket["id"])).json()["code"] == "ticket_archived"


async def test_a_comment_takes_files_along_and_decides_who_sees_them(
    client_for: ClientFor, agent: SignedInClient, recipient: SignedInClient, ticket: dict[str, Any]
) -> None:
    kept_inside = await attach(agent, ticket["id"], b"1", visibility="public")
    sent = await attach(agent, ticket["id"], b"2")
    comments = f"tickets/{ticket['id']}/comments"
    note = {"body": "Look.", "visibility": "internal", "attachment_ids": [kept_inside["id"]]}
    noted = (await agent.post(f"/api/v1/{comments}", json=note)).json()
    said = (await agent.post(f"/api/v1/{comments}", json={"body": "Here.", "attachment_ids": [sent["id"]]})).json()
    assert [(found["id"], found["comment_id"]) for found in await list_files(recipient, ticket["id"], PORTAL)] == [
        (sent["id"], said["id"])
    ]
    assert (await agent.get(f"/api/v1/attachments/{kept_inside['id']}")).json()["comment_id"] == noted["id"]
    theirs = await attach(recipient, ticket["id"], b"3", side=PORTAL)
    words = {"body": "And this?", "attachment_ids": [theirs["id"]]}
    assert (await recipient.post(f"/api/v1/portal/{comments}", json=words)).status_code == 201
    entries = await read_activity(agent, ticket["id"])
    named = [entry["facts"].get("attachment_ids") for entry in entries if "comment_id" in entry["facts"]]
    assert named == [[kept_inside["id"]], [sent["id"]], [theirs["id"]]]
    other = await attach(await client_for("agent"), ticket["id"], b"4")
    elsewhere = await attach(agent, (await create_ticket(agent))["id"], b"5")
    for found in (sent, theirs, other, elsewhere):
        answer = await agent.post(f"/api/v1/{comments}", json={"body": "x", "attachment_ids": [found["id"]]})
        assert pointers(answer) == ["/attachment_ids/0"]
    answer = await recipient.post(f"/api/v1/portal/{comments}", json={"body": "x", "attachment_ids": [other["id"]]})
    assert pointers(answer) == ["/attachment_ids/0"]


async def test_an_attachment_never_changes_but_for_the_words_it_goes_with(
    agent: SignedInClient, ticket: dict[str, Any], resources: Resources
) -> None:
    await attach(agent, ticket["id"])
    for statement in (
        "UPDATE attachments SET name = 'other'",
        "UPDATE attachments SET visibility = 'public'",
        "DELETE FROM attachments",
        "UPDATE stored_files SET size = 1",
    ):
        with pytest.raises(DBAPIError, match="append-only"):
            async with resources.engine.begin() as connection:
                await connection.execute(text(statement))


async def test_a_link_holds_for_five_minutes_and_while_its_holder_sees_the_file(
    agent: SignedInClient,
    recipient: SignedInClient,
    anonymous: SignedInClient,
    ticket: dict[str, Any],
    clock: FrozenClock,
    resources: Resources,
) -> None:
    found = await attach(agent, ticket["id"], visibility="public")
    made = (await agent.post(f"/api/v1/attachments/{found['id']}/links")).json()
    path = httpx.URL(made["url"]).path
    assert made["url"].startswith(resources.config.public_url)
    assert made["expires_at"] == "2026-03-02T15:05:00Z"
    assert (await anonymous.get(path)).content == CONTENT
    head, _, tail = path.rpartition(".")
    access = agent.headers["authorization"].partition(" ")[2]
    for wrong in (
        f"{path}x",
        f"{head}.{tail[::-1]}",
        "/api/v1/files/x",
        f"/api/v1/files/{access}",
        "/api/v1/files/%00",
    ):
        assert (await anonymous.get(wrong)).status_code == 404, wrong
    # A link is no credential.
    bearer = {"Authorization": f"Bearer {path.rpartition('/')[2]}"}
    assert (await anonymous.get("/api/v1/me", headers=bearer)).status_code == 401
    theirs = (await recipient.post(f"/api/v1/portal/attachments/{found['id']}/links")).json()["url"]
    assert (await anonymous.get(httpx.URL(theirs).path)).status_code == 200
    async with resources.engine.begin() as connection:
        gone = contacts.update().where(contacts.c.id == UUID(str(recipient.person_id))).values(is_active=False)
        await connection.execute(gone)
    assert (await anonymous.get(httpx.URL(theirs).path)).status_code == 404
    clock.advance(timedelta(minutes=5))
    assert (await anonymous.get(path)).status_code == 404


async def test_a_download_can_be_taken_up_again(agent: SignedInClient, ticket: dict[str, Any]) -> None:
    octets = os.urandom(700_000)
    found = await attach(agent, ticket["id"], octets)
    whole = await read_file(agent, found)
    assert (whole.content, whole.headers["accept-ranges"]) == (octets, "bytes")
    tag = whole.headers["etag"]
    for asked, first, last in (
        ("bytes=0-0", 0, 0),
        ("bytes=500000-", 500_000, 699_999),
        ("bytes=-10", 699_990, 699_999),
        ("bytes=5-900000", 5, 699_999),
    ):
        part = await read_file(agent, found, Range=asked, **{"If-Range": tag})
        assert (part.status_code, part.content) == (206, octets[first : last + 1]), asked
        assert part.headers["content-range"] == f"bytes {first}-{last}/700000"
    for ignored in ("bytes=5-2", "bytes=0-1,3-4", "lines=1-2", "bytes=-", "bytes=x"):
        assert (await read_file(agent, found, Range=ignored)).status_code == 200, ignored
    assert (await read_file(agent, found, Range="bytes=0-1", **{"If-Range": '"other"'})).status_code == 200
    beyond = await read_file(agent, found, Range="bytes=700000-")
    assert (beyond.status_code, beyond.headers["content-range"]) == (416, "bytes */700000")
    assert beyond.json()["code"] == "range_not_satisfiable"
    assert (await read_file(agent, found, **{"If-None-Match": tag})).status_code == 304
    head = await agent.head(f"/api/v1/attachments/{found['id']}/content")
    assert (head.content, head.headers["content-length"]) == (b"", "700000")


async def test_a_keyed_upload_is_done_once(agent: SignedInClient, ticket: dict[str, Any]) -> None:
    first = await upload(agent, ticket["id"], key="file-1")
    # With a boundary of its own.
    again = await upload(agent, ticket["id"], key="file-1")
    assert (again.json(), again.headers["idempotent-replayed"]) == (first.json(), "true")
    for other in (
        await upload(agent, ticket["id"], b"Something else.", key="file-1"),
        await upload(agent, ticket["id"], CONTENT, "other.txt", key="file-1"),
        await upload(agent, ticket["id"], key="file-1", visibility="public"),
    ):
        assert (other.status_code, other.json()["errors"][0]["code"]) == (422, "key_reused")
    assert len(await list_files(agent, ticket["id"])) == 1


async def test_a_form_has_few_fields(agent: SignedInClient, ticket: dict[str, Any]) -> None:
    url, file = f"/api/v1/tickets/{ticket['id']}/attachments", {"file": ("a.txt", CONTENT)}
    few, many = ({f"field{number}": "x" for number in range(count)} for count in (MAX_FIELDS, MAX_FIELDS + 1))
    assert (await agent.post(url, data=few, files=file)).json()["errors"][0]["code"] == "extra_forbidden"
    answer = await agent.post(url, data=many, files=file)
    assert (answer.status_code, answer.json()["code"]) == (400, "malformed_request")


async def test_what_is_missing_in_the_storage_is_told(
    agent: SignedInClient, ticket: dict[str, Any], resources: Resources
) -> None:
    found = await attach(agent, ticket["id"])
    [stored] = stored_paths(resources)
    stored.write_bytes(b"")
    answer = await read_file(agent, found)
    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
    stored.unlink()
    answer = await read_file(agent, found)
    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
