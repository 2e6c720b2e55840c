"""Leads give tickets out, agents take what may be taken, and everybody can read why a ticket is whose."""

from typing import Any
from uuid import UUID

import pytest
from tests.application import ClientFor, SignedInClient
from tests.factories.support import SupportDesk
from tests.factories.tickets import create_ticket, read_activity, read_ticket, step, ticket_in

from ticketdesk.bootstrap import Resources
from ticketdesk.domain.assignment import AssignmentMode, HandoverState
from ticketdesk.jobs.deliveries import send_due_messages
from ticketdesk.jobs.outbox import hand_out_due_events
from ticketdesk.repositories.base import new_id
from ticketdesk.repositories.tickets import TicketRecord
from ticketdesk.services.assignment_notices import on_ticket_assigned


async def assign(client: SignedInClient, ticket: dict[str, Any] | TicketRecord, **body: Any) -> Any:
    """Ask for a ticket to be given to somebody."""
    ticket_id = ticket["id"] if isinstance(ticket, dict) else ticket.id
    return await client.post(f"/api/v1/tickets/{ticket_id}/assignment", json=body)


async def decisions(client: SignedInClient, ticket: TicketRecord) -> list[dict[str, Any]]:
    """Return the decisions about a ticket as they are told."""
    answer = await client.get(f"/api/v1/tickets/{ticket.id}/assignments")
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


async def notices(client: SignedInClient) -> list[str]:
    """Return what the client's user is told."""
    return [item["text"] for item in (await client.get("/api/v1/notifications")).json()["items"]]


async def mailed(resources: Resources, address: str) -> list[str]:
    """Send what is due and return by whom each mail to an address says that a ticket was given away."""
    assert resources.catcher is not None
    await send_due_messages(resources)
    mails = resources.catcher.to(address)
    return [name for mail in mails for name in ("Lea Kern", "Ticketdesk") if f"{name} assigned" in mail.text]


async def test_a_lead_gives_a_ticket_to_whom_the_rules_would_not(resources: Resources, client_for: ClientFor) -> None:
    lead = await client_for("lead", name="Lea Kern")
    away = await client_for("agent", name="Bea Lind", email="bea.lind@desk.example", is_away=True, capacity=0)
    ticket = await (await SupportDesk.open(resources, assignment_mode=AssignmentMode.MANUAL)).ask()
    answer = await assign(lead, ticket, user_id=str(away.person_id))
    assert answer.status_code == 200, answer.text
    given = answer.json()
    assert (given["assignee"]["name"], given["status"], given["attention"]["needed"]) == ("Bea Lind", "open", False)
    first, second = await decisions(lead, ticket)
    assert first["explanation"] == "Tickets of this category are given out by a lead."
    assert second["explanation"] == "Lea Kern gave the ticket to Bea Lind."
    assert (second["cause"], second["mode"], second["candidates"]) == ("assigned", None, [])
    activity = await read_activity(lead, ticket.id)
    assert [entry["kind"] for entry in activity] == ["created", "started", "assigned"]
    await hand_out_due_events(resources)
    assert await notices(away) == [f"#{ticket.number} Change the phone number was given to you by Lea Kern"]
    await hand_out_due_events(resources)
    assert await mailed(resources, "bea.lind@desk.example") == ["Lea Kern"]


async def test_an_agent_gives_no_ticket_away(client_for: ClientFor) -> None:
    agent, colleague = await client_for("agent"), await client_for("agent")
    ticket = await create_ticket(agent)
    answer = await assign(agent, ticket, user_id=str(colleague.person_id))
    assert (answer.status_code, answer.json()["required"]) == (403, "tickets:assign")
    assert (await read_ticket(agent, ticket["id"]))["assignee"]["id"] == str(agent.person_id)


async def test_a_corrective_ticket_goes_to_somebody_else_without_a_step(client_for: ClientFor) -> None:
    lead, agent = await client_for("lead"), await client_for("agent")
    ticket = await create_ticket(lead, send="now")
    given = (await assign(lead, ticket, user_id=str(agent.person_id))).json()
    assert (given["assignee"]["id"], given["status"]) == (str(agent.person_id), "pending_correction")
    again = (await assign(lead, ticket, user_id=str(agent.person_id))).json()
    assert again["version"] == given["version"], "nothing happens the second time"


async def test_the_body_names_somebody_or_the_rules(client_for: ClientFor) -> None:
    lead = await client_for("lead")
    ticket = await create_ticket(lead)
    auditor, gone = await client_for("auditor"), await client_for("agent", is_active=False)
    for body, code in (
        ({}, "user_or_auto"),
        ({"user_id": str(lead.person_id), "auto": True}, "user_or_auto"),
        ({"user_id": str(new_id())}, "unknown_reference"),
        ({"user_id": str(auditor.person_id)}, "not_staff"),
        ({"user_id": str(gone.person_id)}, "user_inactive"),
    ):
        answer = await assign(lead, ticket, **body)
        assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, code)
        assert answer.json()["errors"][0]["pointer"] == "/user_id"


async def test_a_closed_or_archived_ticket_stays_whose_it_is(client_for: ClientFor) -> None:
    lead, agent = await client_for("lead"), await client_for("agent")
    closed = await ticket_in("closed", lead, client_for)
    answer = await assign(lead, closed, user_id=str(agent.person_id))
    assert (answer.status_code, answer.json()["code"]) == (409, "ticket_closed")
    archived = await create_ticket(lead)
    assert (await lead.put(f"/api/v1/tickets/{archived['id']}/archive")).is_success
    answer = await assign(lead, archived, user_id=str(agent.person_id))
    assert (answer.status_code, answer.json()["code"]) == (409, "ticket_archived")


async def test_a_stale_version_gives_no_ticket_away(client_for: ClientFor) -> None:
    lead = await client_for("lead")
    ticket = await create_ticket(lead)
    for path, body in (("assignment", {"user_id": str(lead.person_id)}), ("take", None)):
        url = f"/api/v1/tickets/{ticket['id']}/{path}"
        assert (await lead.post(url, json=body, headers={"If-Match": '"99"'})).status_code == 412


async def test_the_rules_choose_where_they_are_asked(resources: Resources, client_for: ClientFor) -> None:
    lead, agent = await client_for("lead", works_tickets=False), await client_for("agent", name="Bea Lind")
    ticket = await (await SupportDesk.open(resources, assignment_mode=AssignmentMode.MANUAL)).ask()
    given = (await assign(lead, ticket, auto=True)).json()
    assert (given["assignee"]["id"], given["status"]) == (str(agent.person_id), "new")
    decision = (await decisions(lead, ticket))[-1]
    assert decision["explanation"] == "Bea Lind was the only one who could take the ticket."
    assert [(each["id"], each["reasons"]) for each in decision["exclusions"]] == [
        (str(lead.person_id), ["not_permitted"])
    ]


async def test_where_the_rules_find_nobody_a_ticket_stays_with_whom_it_has(client_for: ClientFor) -> None:
    lead = await client_for("lead", works_tickets=False)
    ticket = await create_ticket(lead)
    answer = await assign(lead, ticket, auto=True)
    assert (answer.status_code, answer.json()["code"]) == (409, "nobody_eligible")
    assert (await read_ticket(lead, ticket["id"]))["assignee"]["id"] == str(lead.person_id)


async def test_nobody_eligible_needs_attention_and_says_why(resources: Resources, client_for: ClientFor) -> None:
    lead = await client_for("lead", name="Lea Kern", is_away=True)
    await client_for("agent", name="Bea Lind", is_active=False)
    ticket = await (await SupportDesk.open(resources)).ask()
    seen = await read_ticket(lead, str(ticket.id))
    assert (seen["assignee"], seen["attention"]["reasons"]) == (None, ["unassigned"])
    (decision,) = await decisions(lead, ticket)
    assert decision["explanation"] == "Nobody could take the ticket: Lea Kern is away."


async def test_what_nobody_was_eligible_for_needs_attention_in_every_open_status(
    resources: Resources, client_for: ClientFor
) -> None:
    lead = await client_for("lead", is_away=True)
    desk = await SupportDesk.open(resources)
    ticket = await desk.ask()
    path = f"/api/v1/tickets/{ticket.id}"
    assert (await lead.post(f"{path}/comments", json={"body": "We are looking into it."})).is_success
    seen = await read_ticket(lead, str(ticket.id))
    assert (seen["status"], seen["assignee"], seen["attention"]["reasons"]) == ("open", None, ["unassigned"])
    assert await _needing_attention(lead) == ([str(ticket.id)], 1, 1)
    client = await client_for.portal(desk.client.contact_id)
    assert (await client.post(f"/api/v1/portal/tickets/{ticket.id}/comments", json={"body": "Thanks"})).is_success
    reasons = (await read_ticket(lead, str(ticket.id)))["attention"]["reasons"]
    assert reasons == ["comment_added", "unassigned"]
    assert await _needing_attention(lead) == ([str(ticket.id)], 1, 1)
    assert (await step(lead, str(ticket.id), "close")).is_success
    assert await _needing_attention(lead) == ([], 0, 0)


async def _needing_attention(client: SignedInClient) -> tuple[list[str], int, int]:
    """Return what the list has, and how many counting finds without an assignee and in all."""
    listed = (await client.get("/api/v1/tickets", params={"needs_attention": True})).json()["items"]
    counted = (await client.get("/api/v1/tickets/counts")).json()["needs_attention"]
    return [item["id"] for item in listed], counted["unassigned"], counted["total"]


async def test_an_agent_takes_what_may_be_taken(resources: Resources, client_for: ClientFor) -> None:
    agent, other = await client_for("agent", is_away=True), await client_for("agent", is_away=True)
    desk = await SupportDesk.open(resources, may_be_taken=True)
    ticket = await desk.ask()
    taken = await agent.post(f"/api/v1/tickets/{ticket.id}/take")
    assert (taken.status_code, taken.json()["assignee"]["id"]) == (200, str(agent.person_id))
    assert taken.json()["status"] == "open"
    again = await agent.post(f"/api/v1/tickets/{ticket.id}/take")
    assert (again.status_code, again.json()["version"]) == (200, taken.json()["version"])
    late = await other.post(f"/api/v1/tickets/{ticket.id}/take")
    assert (late.status_code, late.json()["code"]) == (409, "already_assigned")


async def test_an_agent_asks_for_what_may_not_be_taken(resources: Resources, client_for: ClientFor) -> None:
    agent, lead = await client_for("agent", is_away=True), await client_for("lead", is_away=True)
    idle = await client_for("agent", works_tickets=False)
    desk = await SupportDesk.open(resources)
    ticket = await desk.ask()
    assert (await agent.post(f"/api/v1/tickets/{ticket.id}/take")).status_code == 403
    may_be_taken = await desk.ask(category_id=await desk.add_category(may_be_taken=True))
    assert (await idle.post(f"/api/v1/tickets/{may_be_taken.id}/take")).status_code == 403
    taken = await lead.post(f"/api/v1/tickets/{ticket.id}/take")
    assert (taken.status_code, taken.json()["assignee"]["id"]) == (200, str(lead.person_id))


async def test_closing_a_ticket_lets_one_that_waits_be_given_out(resources: Resources, client_for: ClientFor) -> None:
    agent = await client_for("agent", capacity=1)
    desk = await SupportDesk.open(resources)
    first, waiting = await desk.ask(), await desk.ask()
    assert (first.assignee_id, waiting.assignee_id) == (agent.person_id, None)
    assert (await step(agent, str(first.id), "close")).is_success
    await hand_out_due_events(resources)
    assert (await read_ticket(agent, str(waiting.id)))["assignee"]["id"] == str(agent.person_id)


@pytest.mark.parametrize(("method", "path"), [("PUT", "/archive"), ("DELETE", "")])
async def test_what_is_put_away_frees_its_place_and_ends_what_was_offered(
    resources: Resources, client_for: ClientFor, method: str, path: str
) -> None:
    agent, lead = await client_for("agent", capacity=1), await client_for("lead", is_away=True)
    desk = await SupportDesk.open(resources)
    first, waiting = await desk.ask(), await desk.ask()
    asked = await agent.post(f"/api/v1/tickets/{first.id}/handovers", json={"user_id": str(lead.person_id)})
    assert asked.status_code == 201, asked.text
    assert (await lead.request(method, f"/api/v1/tickets/{first.id}{path}")).is_success
    await hand_out_due_events(resources)
    assert (await read_ticket(agent, str(waiting.id)))["assignee"]["id"] == str(agent.person_id)
    async with resources.unit_of_work() as uow:
        handover = await uow.handovers.find(UUID(asked.json()["id"]))
    assert handover is not None
    assert handover.state is HandoverState.CANCELLED


async def test_giving_a_ticket_away_lets_one_that_waits_be_given_out(
    resources: Resources, client_for: ClientFor
) -> None:
    agent = await client_for("agent", capacity=1)
    lead = await client_for("lead", works_tickets=False)
    desk = await SupportDesk.open(resources)
    first, waiting = await desk.ask(), await desk.ask()
    assert (await assign(lead, first, user_id=str(lead.person_id))).is_success
    await hand_out_due_events(resources)
    assert (await read_ticket(agent, str(waiting.id)))["assignee"]["id"] == str(agent.person_id)


async def test_nobody_is_told_what_they_did_themselves_or_what_went_on(
    resources: Resources, client_for: ClientFor
) -> None:
    lead, agent = await client_for("lead", is_away=True), await client_for("agent", is_away=True)
    ticket = await (await SupportDesk.open(resources)).ask()
    assert (await assign(lead, ticket, user_id=str(agent.person_id))).is_success
    assert (await lead.post(f"/api/v1/tickets/{ticket.id}/take")).is_success
    await hand_out_due_events(resources)
    assert (await notices(lead), await notices(agent)) == ([], [])


async def test_whom_the_rules_choose_is_told_once(resources: Resources, client_for: ClientFor) -> None:
    agent = await client_for("agent", email="ann.oaks@desk.example")
    ticket = await (await SupportDesk.open(resources)).ask()
    for _ in range(2):
        (decision,) = await decisions(agent, ticket)
        async with resources.unit_of_work() as uow:
            await on_ticket_assigned(uow, {"decision_id": decision["id"]})
    await hand_out_due_events(resources)
    assert await notices(agent) == [f"#{ticket.number} Change the phone number was given to you"]
    assert await mailed(resources, "ann.oaks@desk.example") == ["Ticketdesk"]
