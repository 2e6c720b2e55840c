"""What PostgreSQL writes down is sent as it is: here it is held against the shapes that the contract promises."""

import json
from datetime import date
from typing import Any

import pytest
from pydantic import BaseModel
from tests.application import ClientFor, SignedInClient
from tests.factories.contacts import create_contact
from tests.factories.support_desks import open_desk
from tests.factories.tasks import create_task
from tests.factories.tickets import recipient_of, ticket_in

from ticketdesk.bootstrap import Resources
from ticketdesk.schemas.portal import PortalTicket
from ticketdesk.schemas.tickets import Ticket, TicketPage

STATUSES = ("send_later", "pending_correction", "comment_added", "pending_verification", "closed")


def names(value: object) -> object:
    """Return the structure of a JSON value: the names of all members, however deep."""
    if isinstance(value, dict):
        return {name: names(member) for name, member in value.items()}
    return [names(member) for member in value] if isinstance(value, list) else None


def hold_against(body: bytes, shape: type[BaseModel]) -> None:
    """Fail unless ``body`` is just what an object of ``shape`` would be sent as; only times may be spelt otherwise."""
    read = shape.model_validate_json(body)
    sent, expected = json.loads(body), json.loads(read.model_dump_json())
    assert names(sent) == names(expected)
    assert shape.model_validate_json(json.dumps(expected)) == read
    assert all(time.endswith("Z") for time in times(sent))


def times(value: Any) -> list[str]:
    """Return all texts of members whose names end ``_at``."""
    if isinstance(value, list):
        return [time for member in value for time in times(member)]
    if not isinstance(value, dict):
        return []
    own = [member for name, member in value.items() if name.endswith("_at") and member is not None]
    return own + [time for member in value.values() for time in times(member)]


@pytest.fixture
async def agent(client_for: ClientFor) -> SignedInClient:
    return await client_for("agent")


@pytest.mark.parametrize("status", STATUSES)
async def test_a_ticket_in_each_status_is_what_the_contract_says(
    agent: SignedInClient, client_for: ClientFor, status: str
) -> None:
    ticket = await ticket_in(status, agent, client_for)
    hold_against((await agent.get(f"/api/v1/tickets/{ticket['id']}")).content, Ticket)
    hold_against((await agent.get("/api/v1/tickets")).content, TicketPage)
    if status != "send_later":
        recipient = await recipient_of(client_for, ticket)
        hold_against((await recipient.get(f"/api/v1/portal/tickets/{ticket['id']}")).content, PortalTicket)


async def test_a_support_ticket_is_what_the_contract_says(resources: Resources, client_for: ClientFor) -> None:
    desk = await open_desk(resources, client_for)
    lines = [{"text": "Swap the banner"}]
    ticket = await desk.open("closed", product_id=str(desk.client.product_id), tags=["banner"], requested_actions=lines)
    hold_against((await desk.lead.get(f"/api/v1/tickets/{ticket['id']}")).content, Ticket)
    hold_against((await desk.lead.get("/api/v1/tickets")).content, TicketPage)
    hold_against((await desk.contact.get(f"/api/v1/portal/tickets/{ticket['id']}")).content, PortalTicket)


async def test_a_task_is_what_the_contract_says(
    agent: SignedInClient, resources: Resources, client_for: ClientFor
) -> None:
    people = {await create_contact(resources): None, await create_contact(resources, "Ben Cole"): [1]}
    task = await create_task(resources, agent.person_id, people, due_on=date(2026, 3, 31))
    read = await agent.get(f"/api/v1/tickets/{task.id}")
    hold_against(read.content, Ticket)
    assert read.json()["recipients"][1]["questionnaire_ids"] == [str(task.questionnaires[1].source_id)]
    hold_against((await agent.get("/api/v1/tickets")).content, TicketPage)
    outside = await client_for.portal(task.contact_ids[0])
    hold_against((await outside.get(f"/api/v1/portal/tickets/{task.id}")).content, PortalTicket)
