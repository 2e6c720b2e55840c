"""Requests of clients in the portal: what they can ask for, for whom, and what they see of it."""

from typing import Any

import httpx
import pytest
from tests.application import ClientFor, SignedInClient
from tests.factories.contacts import create_contact, create_contact_without_address
from tests.factories.dispatches import deliver
from tests.factories.support_tickets import CLIENT, Client, add_category, add_product, create_client
from tests.factories.users import create_team

from ticketdesk.bootstrap import Resources
from ticketdesk.repositories.base import new_id

TICKETS = "/api/v1/portal/tickets"


@pytest.fixture
async def client(resources: Resources) -> Client:
    return await create_client(resources, requires_check=True)


@pytest.fixture
async def anna(client: Client, client_for: ClientFor) -> SignedInClient:
    return await client_for.portal(client.contact_id)


async def ask(who: httpx.AsyncClient, client: Client, **fields: Any) -> httpx.Response:
    return await who.post(TICKETS, json={"title": "Swap it", "category_id": str(client.category_id), **fields})


async def test_a_form_can_be_drawn_from_what_is_in_use(
    anna: SignedInClient, client: Client, resources: Resources
) -> None:
    await add_category(resources, "Retired", is_active=False)
    await add_product(resources, "Retired", is_active=False)
    for path, entry_id, name in (
        ("categories", client.category_id, "Website edit"),
        ("products", client.product_id, "Landing pages"),
    ):
        page = (await anna.get(f"/api/v1/portal/{path}")).json()
        assert page == {"items": [{"id": str(entry_id), "name": name}], "next_cursor": None}


async def test_a_client_asks_for_themselves_and_their_account(
    anna: SignedInClient, client: Client, client_for: ClientFor, resources: Resources
) -> None:
    admin, manager = await client_for("admin"), await client_for("agent")
    team = await create_team(resources, "Management", manager.person_id)
    await admin.patch("/api/v1/settings/checks", json={"management_team_id": str(team)})
    answer = await ask(anna, client, description="The old one is from spring.", product_id=str(client.product_id))
    made = answer.json()
    assert (answer.status_code, answer.headers["location"]) == (201, f"{TICKETS}/{made['id']}")
    assert (made["kind"], made["status_label"]) == ("support", "New")
    assert (made["category"]["name"], made["product"]["name"]) == ("Website edit", "Landing pages")
    assert made["allowed_actions"] == ["comment"]
    assert [ticket["id"] for ticket in (await anna.get(TICKETS)).json()["items"]] == [made["id"]]
    seen = (await admin.get(f"/api/v1/tickets/{made['id']}")).json()
    assert (seen["contact"]["id"], seen["account"]["id"]) == (str(client.contact_id), str(client.account_id))
    assert (seen["origin"], seen["newest_words_by"], seen["created_by"]) == ("portal", "recipient", None)
    assert (seen["checker"], seen["checker_team"]["name"]) == (None, "Management")
    # Given at once to one of the two who work tickets, whose name the client sees.
    assert seen["assignee"]["id"] in {str(admin.person_id), str(manager.person_id)}
    assert made["sender"]["name"] == seen["assignee"]["name"]


async def test_the_desk_confirms_what_it_received(anna: SignedInClient, client: Client, resources: Resources) -> None:
    assert (await ask(anna, client)).status_code == 201
    assert await deliver(resources) == [CLIENT]
    assert resources.catcher is not None
    [mail] = resources.catcher.mails
    assert "We have received your request." in mail.text
    assert "Anna Berg" not in dict(mail.headers)["From"]


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"category_id": None}, ("/category_id", "category_or_product_required")),
        ({"product_id": str(new_id())}, ("/product_id", "unknown_reference")),
        ({"contact_id": str(new_id())}, ("/contact_id", "extra_forbidden")),
        ({"priority": "high"}, ("/priority", "extra_forbidden")),
        ({"title": " "}, ("/title", "string_too_short")),
    ],
)
async def test_what_does_not_fit_is_named(
    anna: SignedInClient, client: Client, fields: dict[str, Any], problem: tuple[str, str]
) -> None:
    answer = await ask(anna, client, **fields)
    [error] = answer.json()["errors"]
    assert (answer.status_code, error["pointer"], error["code"]) == (422, *problem)


async def test_a_contact_whom_the_desk_has_to_complete_is_told_so(
    client: Client, client_for: ClientFor, resources: Resources
) -> None:
    alone = await create_contact(resources, "Bo")
    mute = await create_contact_without_address(resources, account_id=client.account_id)
    for contact_id, lack in ((alone, "account"), (mute, "address")):
        answer = await ask(await client_for.portal(contact_id), client)
        assert (answer.status_code, answer.json()["code"]) == (409, "contact_incomplete")
        assert lack in answer.json()["detail"]


async def test_whoever_is_no_contact_cannot_ask(client: Client, client_for: ClientFor) -> None:
    answer = await ask(await client_for("guest"), client)
    assert (answer.status_code, answer.json()["code"]) == (403, "contact_required")


async def test_nobody_else_sees_the_request(
    anna: SignedInClient, client: Client, client_for: ClientFor, resources: Resources
) -> None:
    made = (await ask(anna, client)).json()
    colleague = await client_for.portal(await create_contact(resources, "Ben", account_id=client.account_id))
    assert (await colleague.get(f"{TICKETS}/{made['id']}")).status_code == 404


async def test_what_is_asked_for_is_ticked_by_staff(
    anna: SignedInClient, client: Client, client_for: ClientFor
) -> None:
    lines = {"kind": "support", "title": "Swap it", "requested_actions": [{"text": "Swap the banner"}]}
    named = {"contact_id": str(client.contact_id), "category_id": str(client.category_id)}
    agent = await client_for("agent", name="Agnes")
    made = (await agent.post("/api/v1/tickets", json=lines | named)).json()
    line = f"tickets/{made['id']}/requested-actions/{made['requested_actions'][0]['id']}"
    assert (await anna.patch(f"/api/v1/portal/{line}", json={"is_done": True})).status_code == 403
    assert (await agent.patch(f"/api/v1/{line}", json={"is_done": True})).json()["done_by"] == "Agnes"
    shown = (await anna.get(f"{TICKETS}/{made['id']}")).json()["requested_actions"][0]
    assert (shown["is_done"], "done_by" in shown) == (True, False)
