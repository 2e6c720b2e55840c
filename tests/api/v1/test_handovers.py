"""A ticket changes hands when the colleague says yes, and not before."""

import asyncio
from datetime import timedelta
from typing import Any

import httpx
import pytest
from tests.application import ClientFor, FrozenClock, SignedInClient
from tests.factories.support import SupportDesk
from tests.factories.tickets import create_ticket, read_ticket, step
from tests.factories.users import create_team

from ticketdesk.bootstrap import Resources
from ticketdesk.jobs.assignments import expire_handovers
from ticketdesk.jobs.outbox import hand_out_due_events


async def ask(client: SignedInClient, ticket_id: str, colleague: SignedInClient, note: str = "") -> httpx.Response:
    """Offer a ticket to a colleague."""
    body = {"user_id": str(colleague.person_id), "note": note}
    return await client.post(f"/api/v1/tickets/{ticket_id}/handovers", json=body)


async def offer(client: SignedInClient, colleague: SignedInClient) -> dict[str, Any]:
    """Offer a new ticket to a colleague and return the request."""
    answer = await ask(client, (await create_ticket(client))["id"], colleague, "You know them.")
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    assert answer.headers["location"] == f"/api/v1/handovers/{made['id']}"
    return made


async def answer(client: SignedInClient, handover: dict[str, Any], verb: str) -> httpx.Response:
    """Decide a request."""
    return await client.post(f"/api/v1/handovers/{handover['id']}/{verb}")


async def assignee(client: SignedInClient, handover: dict[str, Any]) -> str:
    """Return who has the ticket of a request."""
    return str((await read_ticket(client, handover["ticket"]["id"]))["assignee"]["id"])


async def notices(client: SignedInClient) -> list[str]:
    """Return what the client's user is told."""
    return [item["text"] for item in (await client.get("/api/v1/notifications")).json()["items"]]


async def test_nothing_changes_until_the_colleague_accepts(resources: Resources, client_for: ClientFor) -> None:
    agent, colleague = await client_for("agent", name="Ann Oaks"), await client_for("agent", name="Bea Lind")
    made = await offer(agent, colleague)
    assert (made["state"], made["from_user"]["name"], made["to_user"]["name"]) == ("pending", "Ann Oaks", "Bea Lind")
    assert await assignee(agent, made) == str(agent.person_id)
    await hand_out_due_events(resources)
    number = made["ticket"]["number"]
    title = "Correct the yield claim"
    assert await notices(colleague) == [f"Ann Oaks asks you to take over #{number} {title}: You know them."]
    accepted = await answer(colleague, made, "accept")
    assert (accepted.status_code, accepted.json()["state"]) == (200, "accepted")
    assert accepted.json()["decided_by"]["name"] == "Bea Lind"
    assert await assignee(agent, made) == str(colleague.person_id)
    await hand_out_due_events(resources)
    assert await notices(agent) == [f"Bea Lind took over #{number} {title}"]
    page = (await agent.get(f"/api/v1/tickets/{made['ticket']['id']}/assignments")).json()["items"]
    assert page[-1]["explanation"] == "Ann Oaks handed the ticket over to Bea Lind; Bea Lind accepted."


async def test_a_colleague_declines_and_another_may_be_asked(resources: Resources, client_for: ClientFor) -> None:
    agent, colleague, third = [await client_for("agent", name=name) for name in ("Ann Oaks", "Bea Lind", "Cy Moss")]
    made = await offer(agent, colleague)
    pending = await ask(agent, made["ticket"]["id"], third)
    assert (pending.status_code, pending.json()["code"]) == (409, "handover_pending")
    assert (await answer(colleague, made, "decline")).json()["state"] == "declined"
    assert await assignee(agent, made) == str(agent.person_id)
    assert (await ask(agent, made["ticket"]["id"], third)).status_code == 201
    await hand_out_due_events(resources)
    assert await notices(agent) == [
        f"Bea Lind declined to take over #{made['ticket']['number']} Correct the yield claim"
    ]
    kinds = [entry["kind"] for entry in (await _activity(agent, made))]
    assert kinds == ["created", "handover_requested", "handover_declined", "handover_requested"]


async def _activity(client: SignedInClient, handover: dict[str, Any]) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = (await client.get(f"/api/v1/tickets/{handover['ticket']['id']}/activity")).json()[
        "items"
    ]
    return items


async def test_only_the_colleague_or_a_lead_decides(client_for: ClientFor) -> None:
    agent, colleague, stranger = [await client_for("agent") for _ in range(3)]
    made = await offer(agent, colleague)
    for client in (agent, stranger):
        assert (await answer(client, made, "accept")).status_code == 403
        assert (await answer(client, made, "decline")).status_code == 403
    assert (await answer(colleague, made, "cancel")).status_code == 403
    lead = await client_for("lead")
    assert (await answer(lead, made, "accept")).status_code == 200
    assert await assignee(lead, made) == str(colleague.person_id)


async def test_what_is_decided_stays_decided(client_for: ClientFor) -> None:
    agent, colleague = await client_for("agent"), await client_for("agent")
    made = await offer(agent, colleague)
    assert (await answer(agent, made, "cancel")).json()["state"] == "cancelled"
    late = await answer(colleague, made, "accept")
    assert (late.status_code, late.json()["code"], late.json()["state"]) == (409, "handover_decided", "cancelled")
    assert await assignee(agent, made) == str(agent.person_id)


async def test_of_two_answers_at_once_one_counts(client_for: ClientFor) -> None:
    agent, colleague, lead = await client_for("agent"), await client_for("agent"), await client_for("lead")
    for _ in range(5):
        made = await offer(agent, colleague)
        answers = await asyncio.gather(answer(colleague, made, "accept"), answer(lead, made, "decline"))
        assert sorted(each.status_code for each in answers) == [200, 409]
        state = next(each.json()["state"] for each in answers if each.status_code == 200)
        expected = colleague if state == "accepted" else agent
        assert await assignee(agent, made) == str(expected.person_id)


async def test_an_offer_expires(resources: Resources, client_for: ClientFor, clock: FrozenClock) -> None:
    agent, colleague = await client_for("agent", name="Ann Oaks"), await client_for("agent", name="Bea Lind")
    made = await offer(agent, colleague)
    clock.advance(timedelta(hours=24))
    agent, colleague = await client_for.of(agent.person_id), await client_for.of(colleague.person_id)
    late = await answer(colleague, made, "accept")
    assert (late.status_code, late.json()["code"]) == (410, "handover_expired")
    await expire_handovers(resources)
    assert (await agent.get(f"/api/v1/handovers/{made['id']}")).json()["state"] == "expired"
    assert (await answer(colleague, made, "decline")).status_code == 410
    assert [entry["kind"] for entry in await _activity(agent, made)][-1] == "handover_expired"
    await hand_out_due_events(resources)
    told = f"Bea Lind did not answer in time whether to take over #{made['ticket']['number']} Correct the yield claim"
    assert await notices(agent) == [told]


async def test_an_expired_offer_stands_in_nobodys_way(
    resources: Resources, client_for: ClientFor, clock: FrozenClock
) -> None:
    agent, colleague = await client_for("agent"), await client_for("agent")
    made = await offer(agent, colleague)
    clock.advance(timedelta(hours=25))
    agent = await client_for.of(agent.person_id)
    again = await ask(agent, made["ticket"]["id"], colleague)
    assert again.status_code == 201, again.text
    page = (await agent.get(f"/api/v1/tickets/{made['ticket']['id']}/handovers")).json()["items"]
    assert [item["state"] for item in page] == ["expired", "pending"]


async def test_an_offer_is_off_once_the_ticket_is_closed_or_somebody_elses(client_for: ClientFor) -> None:
    agent, colleague, lead = await client_for("agent"), await client_for("agent"), await client_for("lead")
    closed, given = await offer(agent, colleague), await offer(agent, colleague)
    assert (await step(agent, closed["ticket"]["id"], "close", reason="No longer needed")).is_success
    body = {"user_id": str(lead.person_id)}
    assert (await lead.post(f"/api/v1/tickets/{given['ticket']['id']}/assignment", json=body)).is_success
    for made in (closed, given):
        assert (await agent.get(f"/api/v1/handovers/{made['id']}")).json()["state"] == "cancelled"
    assert (await answer(colleague, given, "accept")).status_code == 409


async def test_who_may_offer_what_to_whom(resources: Resources, client_for: ClientFor) -> None:
    agent, colleague = await client_for("agent", is_away=True), await client_for("agent", is_away=True)
    lead = await client_for("lead", is_away=True)
    ticket = await create_ticket(agent)
    assert (await ask(colleague, ticket["id"], colleague)).status_code == 403
    assert (await ask(lead, ticket["id"], colleague)).status_code == 201
    other = await create_ticket(agent)
    auditor, idle = await client_for("auditor"), await client_for("agent", works_tickets=False)
    for person, code in ((agent, "already_assigned"), (auditor, "not_staff"), (idle, "works_no_tickets")):
        refused = await ask(agent, other["id"], person)
        assert (refused.status_code, refused.json()["errors"][0]["code"]) == (422, code)
        assert refused.json()["errors"][0]["pointer"] == "/user_id"


async def test_an_agent_asks_a_lead_for_a_ticket_that_nobody_has(resources: Resources, client_for: ClientFor) -> None:
    agent, lead = await client_for("agent", name="Ann Oaks", is_away=True), await client_for("lead", is_away=True)
    ticket = await (await SupportDesk.open(resources)).ask()
    made = (await ask(agent, str(ticket.id), agent, "I know them.")).json()
    await hand_out_due_events(resources)
    assert await notices(lead) == [f"Ann Oaks asks to be given #{ticket.number} Change the phone number: I know them."]
    assert await notices(agent) == []
    assert (await answer(agent, made, "accept")).status_code == 403
    assert (await answer(lead, made, "accept")).json()["state"] == "accepted"
    assert await assignee(lead, made) == str(agent.person_id)


@pytest.mark.parametrize(("has_lead", "told"), [(True, ["inside"]), (False, ["inside", "outside", "admin"])])
async def test_the_leads_of_the_team_hear_of_such_a_wish_else_all_leads(
    resources: Resources, client_for: ClientFor, has_lead: bool, told: list[str]
) -> None:
    agent = await client_for("agent", is_away=True)
    leads = {
        "inside": await client_for("lead", is_away=True),
        "outside": await client_for("lead", is_away=True),
        "admin": await client_for("admin", is_away=True),
    }
    members = [agent.person_id, *([leads["inside"].person_id] if has_lead else [])]
    desk = await SupportDesk.open(resources, team_id=await create_team(resources, "Production", *members))
    assert (await ask(agent, str((await desk.ask()).id), agent)).status_code == 201
    await hand_out_due_events(resources)
    assert [name for name, client in leads.items() if await notices(client)] == told


async def test_everybody_lists_their_own(client_for: ClientFor) -> None:
    agent, colleague, third = [await client_for("agent") for _ in range(3)]
    to_colleague, from_colleague = await offer(agent, colleague), await offer(colleague, third)

    async def listed(client: SignedInClient, query: str = "") -> list[str]:
        return [item["id"] for item in (await client.get(f"/api/v1/handovers{query}")).json()["items"]]

    assert await listed(colleague) == [to_colleague["id"], from_colleague["id"]]
    assert await listed(colleague, "?direction=to_me") == [to_colleague["id"]]
    assert await listed(colleague, "?direction=from_me") == [from_colleague["id"]]
    assert await listed(third, "?state=declined") == []
    assert await listed(third, "?state=pending&state=declined") == [from_colleague["id"]]
    assert await listed(agent, "?direction=to_me") == []
