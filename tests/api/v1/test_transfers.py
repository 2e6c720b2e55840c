"""A ticket goes to where it belongs, all of it or nothing."""

from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from tests.application import ClientFor, SignedInClient
from tests.factories.contacts import create_account, create_contact
from tests.factories.support import SupportDesk
from tests.factories.support_tickets import add_product
from tests.factories.tickets import create_ticket, read_ticket

from ticketdesk.bootstrap import Resources
from ticketdesk.repositories.base import new_id
from ticketdesk.repositories.tickets import TicketRecord


@dataclass
class Scene:
    """A ticket of an agent's, and a lead."""

    desk: SupportDesk
    ticket: TicketRecord
    agent: SignedInClient
    lead: SignedInClient

    async def transfer(self, client: SignedInClient, **body: Any) -> httpx.Response:
        """Transfer the ticket."""
        return await client.post(f"/api/v1/tickets/{self.ticket.id}/transfer", json=body)

    async def kinds(self) -> list[str]:
        """Return the kinds of the entries of the ticket's record."""
        page = await self.lead.get(f"/api/v1/tickets/{self.ticket.id}/activity")
        return [entry["kind"] for entry in page.json()["items"]]


@pytest.fixture
async def scene(resources: Resources, client_for: ClientFor) -> Scene:
    agent, lead = await client_for("agent", name="Ann Oaks"), await client_for("lead", works_tickets=False)
    desk = await SupportDesk.open(resources)
    return Scene(desk, await desk.ask(), agent, lead)


async def test_everything_in_one_action(scene: Scene, resources: Resources) -> None:
    account = await create_account(resources, "Redwood Homes")
    product, category = await add_product(resources, "Rate tables"), await scene.desk.add_category(requires_check=True)
    answer = await scene.transfer(
        scene.lead,
        user_id=str(scene.lead.person_id),
        account_id=str(account),
        product_id=str(product),
        category_id=str(category),
        comment="They merged with Redwood.",
    )
    assert answer.status_code == 200, answer.text
    moved = answer.json()
    assert moved["assignee"]["id"] == str(scene.lead.person_id)
    assert (moved["account"]["name"], moved["product"]["name"]) == ("Redwood Homes", "Rate tables")
    assert (moved["category"]["id"], moved["requires_check"], moved["status"]) == (str(category), True, "open")
    comments = (await scene.lead.get(f"/api/v1/tickets/{scene.ticket.id}/comments")).json()["items"]
    assert [(each["body"], each["visibility"]) for each in comments] == [("They merged with Redwood.", "internal")]
    assert await scene.kinds() == ["created", "assigned", "transferred", "noted", "started", "assigned"]
    decisions = (await scene.lead.get(f"/api/v1/tickets/{scene.ticket.id}/assignments")).json()["items"]
    assert decisions[-1]["cause"] == "transferred"


async def test_an_agent_transfers_all_but_staff(scene: Scene, resources: Resources) -> None:
    product = await add_product(resources, "Rate tables")
    body = {"product_id": str(product), "comment": "Not a website edit."}
    refused = await scene.transfer(scene.agent, user_id=str(scene.lead.person_id), **body)
    assert (refused.status_code, refused.json()["required"]) == (403, "tickets:assign")
    assert await scene.kinds() == ["created", "assigned"], "all or nothing"
    moved = await scene.transfer(scene.agent, **body)
    assert moved.json()["product"]["name"] == "Rate tables"
    assert moved.json()["assignee"]["id"] == str(scene.agent.person_id)
    assert (await scene.transfer(scene.agent, comment="Still with me.")).status_code == 200


async def test_a_new_contact_brings_their_account_and_is_written_to(scene: Scene, resources: Resources) -> None:
    account = await create_account(resources, "Redwood Homes")
    contact = await create_contact(resources, "Cora Pine", "cora@redwood.example", account_id=account)
    other = await create_account(resources, "Elm Street Bank")
    wrong = await scene.transfer(scene.agent, contact_id=str(contact), account_id=str(other))
    assert wrong.json()["errors"][0] == {
        "pointer": "/account_id",
        "code": "account_mismatch",
        "detail": "This is not the contact's account.",
    }
    moved = (await scene.transfer(scene.agent, contact_id=str(contact))).json()
    assert (moved["contact"]["name"], moved["account"]["name"]) == ("Cora Pine", "Redwood Homes")
    assert [each["email"] for each in moved["recipients"]] == ["cora@redwood.example"]


async def test_what_is_already_so_leaves_no_trace(scene: Scene) -> None:
    same = {"category_id": str(scene.ticket.category_id), "user_id": str(scene.agent.person_id)}
    answer = await scene.transfer(scene.lead, **same)
    assert answer.json()["version"] == scene.ticket.version
    assert await scene.kinds() == ["created", "assigned"]


@pytest.mark.parametrize(
    ("body", "pointer", "code"),
    [
        ({}, "", "nothing_to_transfer"),
        ({"product_id": str(new_id())}, "/product_id", "unknown_reference"),
        ({"category_id": str(new_id())}, "/category_id", "unknown_reference"),
        ({"account_id": str(new_id())}, "/account_id", "unknown_reference"),
        ({"contact_id": str(new_id())}, "/contact_id", "unknown_reference"),
        ({"user_id": str(new_id())}, "/user_id", "unknown_reference"),
    ],
)
async def test_what_cannot_be_is_named(scene: Scene, body: dict[str, Any], pointer: str, code: str) -> None:
    answer = await scene.transfer(scene.lead, **{"comment": "To somebody else"} | body if body else body)
    error = answer.json()["errors"][0]
    assert (answer.status_code, error["pointer"], error["code"]) == (422, pointer, code)
    assert await scene.kinds() == ["created", "assigned"], "all or nothing"


async def test_a_corrective_ticket_has_neither_product_nor_category(scene: Scene, resources: Resources) -> None:
    ticket = await create_ticket(scene.agent)
    product = await add_product(resources, "Rate tables")
    url = f"/api/v1/tickets/{ticket['id']}/transfer"
    answer = await scene.agent.post(url, json={"product_id": str(product)})
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "not_for_this_kind")
    body = {"user_id": str(scene.lead.person_id), "comment": "You know them."}
    assert (await scene.lead.post(url, json=body)).status_code == 200
    assert (await read_ticket(scene.lead, ticket["id"]))["assignee"]["id"] == str(scene.lead.person_id)


async def test_a_stale_version_moves_nothing(scene: Scene) -> None:
    url = f"/api/v1/tickets/{scene.ticket.id}/transfer"
    answer = await scene.agent.post(url, json={"comment": "Moved"}, headers={"If-Match": '"99"'})
    assert answer.status_code == 412
