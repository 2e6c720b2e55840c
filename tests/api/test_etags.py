"""Conditions as RFC 9110 writes them, on one resource that has a version."""

import pytest
from tests.application import ClientFor, SignedInClient
from tests.factories.tickets import create_ticket, recipient_of


async def create_account(staff: SignedInClient) -> str:
    answer = await staff.post("/api/v1/accounts", json={"name": "Brightpath Lending"})
    return str(answer.headers["location"])


@pytest.mark.parametrize(
    ("condition", "status"),
    [
        ('"1"', 200),
        ("*", 200),
        ('"7" \t,  "1"', 200),
        ('"a,b", "1"', 200),
        ('"a,b"', 412),
        ('"a\\b", W/"c"', 412),
        ('""', 412),
        # A weak tag never matches here (RFC 9110 section 13.1.1).
        ('W/"1"', 412),
        (", ".join(['"7"'] * 19 + ['"1"']), 200),
        (", ".join(['"7"'] * 20 + ['"1"']), 422),
        ("1", 422),
        ("", 422),
        ('"1",', 422),
        ('"1" "2"', 422),
        ('"a"b"', 422),
        ("*, *", 422),
    ],
)
async def test_if_match_takes_lists_of_entity_tags(client_for: ClientFor, condition: str, status: int) -> None:
    staff = await client_for("lead")
    account = await create_account(staff)
    answer = await staff.patch(account, json={"name": "Brightpath"}, headers={"If-Match": condition})
    assert answer.status_code == status


@pytest.mark.parametrize(
    ("condition", "status"),
    [("{tag}", 304), ("W/{tag}", 304), ('"1"', 200), ('"a,1"', 200), ('"a,b" , W/{tag}', 304), ("*", 304), ("1", 422)],
)
async def test_if_none_match_takes_lists_of_entity_tags(client_for: ClientFor, condition: str, status: int) -> None:
    staff = await client_for("lead")
    account = await create_account(staff)
    known = condition.format(tag=(await staff.get(account)).headers["etag"])
    answer = await staff.get(account, headers={"If-None-Match": known})
    assert answer.status_code == status


async def test_what_a_resource_shows_of_another_makes_another_tag(client_for: ClientFor) -> None:
    staff = await client_for("lead")
    account = await create_account(staff)
    account_id = account.rpartition("/")[2]
    anna = (await staff.post("/api/v1/contacts", json={"name": "Anna Berg", "account_id": account_id})).headers
    assert (await staff.patch(account, json={"name": "Brightpath Home"})).is_success
    answer = await staff.get(anna["location"], headers={"If-None-Match": anna["etag"]})
    assert (answer.status_code, answer.json()["account"]["name"]) == (200, "Brightpath Home")
    changed = await staff.patch(anna["location"], json={"name": "Anna"}, headers={"If-Match": anna["etag"]})
    assert changed.status_code == 200


async def test_words_and_steps_may_name_the_version_they_are_for(client_for: ClientFor) -> None:
    staff = await client_for("agent")
    ticket = await create_ticket(staff, send="now", requested_actions=[{"text": "A"}])
    recipient = await recipient_of(client_for, ticket)
    inside, outside = f"/api/v1/tickets/{ticket['id']}", f"/api/v1/portal/tickets/{ticket['id']}"
    # The first look of a recipient is a change of its own.
    await recipient.get(outside)
    line = f"/requested-actions/{ticket['requested_actions'][0]['id']}"
    for client, url, method, path, body in (
        (staff, inside, "PATCH", line, {"is_done": True}),
        (staff, inside, "POST", "/comments", {"body": "Well done."}),
        (recipient, outside, "PATCH", line, {"is_done": False}),
        (recipient, outside, "POST", "/comments", {"body": "One more thing."}),
        (recipient, outside, "POST", "/transitions", {"action": "complete"}),
    ):
        known = (await client.get(url)).headers["etag"]
        stale = await client.request(method, url + path, json=body, headers={"If-Match": '"99"'})
        assert (stale.status_code, stale.json()["code"]) == (412, "stale_version"), path
        assert (await client.get(url)).headers["etag"] == known
        changed = await client.request(method, url + path, json=body, headers={"If-Match": known})
        assert changed.is_success, changed.text
