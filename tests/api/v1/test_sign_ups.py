"""Sign-ups: an account's tickets from templates, once."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest
from tests.application import ClientFor, SignedInClient
from tests.factories.catalogue import create_category, create_template
from tests.factories.contacts import create_account, create_contact, create_contact_without_address
from tests.refusals import not_refused

from ticketdesk.bootstrap import Resources

ACCOUNTS = "/api/v1/accounts"


@pytest.fixture
async def lead(client_for: ClientFor) -> SignedInClient:
    return await client_for("lead")


async def client_of_the_desk(resources: Resources) -> tuple[str, dict[str, str]]:
    """Return the path of a new account's sign-up, and a body that names a contact of it."""
    account = await create_account(resources)
    contact = await create_contact(resources, account_id=account)
    return f"{ACCOUNTS}/{account}/sign-up", {"contact_id": str(contact)}


async def tickets(client: SignedInClient) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await client.get("/api/v1/tickets")).json()["items"]
    return found


async def test_tickets_come_from_the_templates_in_their_order(lead: SignedInClient, resources: Resources) -> None:
    category = await create_category(lead, requires_check=True)
    templates: dict[str, dict[str, Any]] = {
        "Third": {"position": 2},
        "First": {"position": 1, "priority": "high", "tags": ["new"], "description": "Within a day."},
        "Second": {"position": 1},
        "Not for sign-ups": {"is_for_sign_up": False},
    }
    for name, fields in templates.items():
        await create_template(lead, name, **{"category_id": category, "is_for_sign_up": True} | fields)
    retired = await create_template(lead, "Retired", category_id=category, is_for_sign_up=True)
    assert (await lead.patch(f"/api/v1/ticket-templates/{retired}", json={"is_active": False})).is_success
    path, body = await client_of_the_desk(resources)
    answer = await lead.post(path, json=body)
    made = answer.json()
    assert answer.status_code == 201
    assert [ticket["title"] for ticket in made["tickets"]] == ["First", "Second", "Third"]
    assert (made["contact_id"], made["signed_up_at"]) == (body["contact_id"], "2026-03-02T15:00:00Z")
    account = (await lead.get(path.removesuffix("/sign-up"))).json()
    assert (account["signed_up_at"], account["id"]) == (made["signed_up_at"], made["account_id"])
    first = (await lead.get(f"/api/v1/tickets/{made['tickets'][0]['id']}")).json()
    shown = (first["kind"], first["status"], first["priority"], first["description"], first["requires_check"])
    assert shown == ("support", "new", "high", "Within a day.", True)
    assert (first["contact"]["id"], first["account"]["id"]) == (made["contact_id"], made["account_id"])
    assert (first["origin"], first["tags"]) == ("sign_up", ["new"])


async def test_an_account_signs_up_once(lead: SignedInClient, resources: Resources) -> None:
    await create_template(lead, "Welcome", category_id=await create_category(lead), is_for_sign_up=True)
    path, body = await client_of_the_desk(resources)
    answers = await asyncio.gather(*(lead.post(path, json=body) for _ in range(5)))
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 4
    assert {answer.json().get("code") for answer in answers} == {None, "already_signed_up"}
    assert len(await tickets(lead)) == 1
    keyed = {"Idempotency-Key": uuid4().hex}
    other, named = await client_of_the_desk(resources)
    first, again = [await lead.post(other, json=named, headers=keyed) for _ in range(2)]
    assert (again.json(), again.headers["idempotent-replayed"]) == (first.json(), "true")
    assert len(await tickets(lead)) == 2


async def test_a_template_that_nobody_could_use_stops_all_of_it(lead: SignedInClient, resources: Resources) -> None:
    await create_template(lead, "Welcome", category_id=await create_category(lead), is_for_sign_up=True)
    gone = await create_category(lead)
    stale = await create_template(lead, "Stale", category_id=gone, is_for_sign_up=True)
    assert (await lead.patch(f"/api/v1/categories/{gone}", json={"is_active": False})).is_success
    path, body = await client_of_the_desk(resources)
    answer = await lead.post(path, json=body)
    assert (answer.status_code, answer.json()["code"]) == (409, "template_not_usable")
    assert (answer.json()["template_id"], await tickets(lead)) == (stale, [])
    assert (await lead.get(path.removesuffix("/sign-up"))).json()["signed_up_at"] is None
    assert (await lead.patch(f"/api/v1/ticket-templates/{stale}", json={"is_active": False})).is_success
    assert (await lead.post(path, json=body)).status_code == 201


async def test_without_templates_it_is_noted_all_the_same(client_for: ClientFor, resources: Resources) -> None:
    agent = await client_for("agent")
    path, body = await client_of_the_desk(resources)
    answer = await agent.post(path, json=body)
    assert (answer.status_code, answer.json()["tickets"]) == (201, [])
    assert (await agent.post(path, json=body)).status_code == 409


async def test_bad_input_is_refused_at_its_field(lead: SignedInClient, resources: Resources) -> None:
    await create_template(lead, "Welcome", category_id=await create_category(lead), is_for_sign_up=True)
    path, body = await client_of_the_desk(resources)
    account = path.split("/")[4]
    silent = await create_contact_without_address(resources, account_id=account)
    gone = await create_contact(resources, account_id=account, is_active=False)
    stranger, homeless = (await client_of_the_desk(resources))[1], await create_contact(resources)
    cases = [({}, "/contact_id"), ({"contact_id": "Anna"}, "/contact_id"), (body | {"colour": "red"}, "/colour")]
    cases += [({"contact_id": str(one)}, "/contact_id") for one in (uuid4(), silent, gone, homeless)]
    assert await not_refused(lead, "POST", path, [*cases, (stranger, "/contact_id")]) == []
    assert (await lead.post(f"{ACCOUNTS}/{uuid4()}/sign-up", json=body)).status_code == 404
    assert await tickets(lead) == []
