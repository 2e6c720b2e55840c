"""Sending held tickets over HTTP: selected, claimed once, one message per address, a result for each."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from tests.application import ClientFor, FrozenClock, SignedInClient
from tests.factories.contacts import create_contact
from tests.factories.dispatches import ANNA, BEN, deliver, dispatch, hold, outcomes, read_dispatch
from tests.factories.tickets import create_ticket, read_ticket
from tests.factories.users import create_team
from tests.refusals import errors_of

from ticketdesk.bootstrap import Resources

MISSING = "01978c1e-5f3a-7c00-8000-000000000000"


@pytest.fixture
async def agent(client_for: ClientFor) -> SignedInClient:
    return await client_for("agent", name="Ann Agent")


async def activity(staff: SignedInClient, ticket_id: str) -> list[str]:
    answer = await staff.get(f"/api/v1/tickets/{ticket_id}/activity")
    return [entry["kind"] for entry in answer.json()["items"]]


async def test_one_message_per_address_lists_its_tickets_oldest_first(
    agent: SignedInClient, resources: Resources
) -> None:
    await create_team(resources, "Compliance", agent.person_id)
    first, *_ = await hold(agent)
    of_ben = await hold(agent, 2, BEN)
    last, *_ = await hold(agent, recipient={**ANNA, "email": "Anna.Berg@Brightpath.Example"})
    made = await dispatch(agent, all=True)
    assert made["state"] == "sending"
    assert made["created_by"] == {"id": str(agent.person_id), "name": "Ann Agent"}
    assert made["counts"] == {"pending": 4, "sent": 0, "failed": 0, "withdrawn": 0, "skipped": 0}
    assert made["started_at"] == made["scheduled_for"] == made["created_at"]
    assert [ticket["ticket_id"] for ticket in made["tickets"]] == [first, *of_ben, last]
    assert made["tickets"][0]["addresses"] == [ANNA["email"]]
    to_anna, to_ben = made["messages"]
    assert (to_anna["address"], to_anna["contact"]["name"], to_anna["state"]) == (ANNA["email"], "Anna Berg", "queued")
    assert to_anna["ticket_ids"] == [first, last]
    assert (to_ben["address"], to_ben["ticket_ids"]) == (BEN["email"], of_ben)
    message = (await agent.get(f"/api/v1/messages/{to_ben['message_id']}")).json()
    assert message["sender"] == {"name": "Ann Agent", "team": "Compliance"}
    assert message["purpose"] == "assignment"


async def test_what_was_sent_is_told_for_each_ticket_and_each_address(
    agent: SignedInClient, resources: Resources
) -> None:
    ids = [*await hold(agent, 2), *await hold(agent, 1, BEN)]
    made = await dispatch(agent, ticket_ids=ids)
    assert await deliver(resources) == [ANNA["email"], BEN["email"]]
    done = await read_dispatch(agent, made["id"])
    assert done["state"] == "done"
    assert done["finished_at"] is not None
    assert done["counts"]["sent"] == 3
    assert {outcome for outcome, _ in outcomes(done).values()} == {"sent"}
    assert {(message["state"], message["smtp_code"]) for message in done["messages"]} == {("sent", 250)}
    for ticket_id in ids:
        ticket = await read_ticket(agent, ticket_id)
        assert (ticket["status"], ticket["dispatch_id"]) == ("pending_correction", None)
        assert await activity(agent, ticket_id) == ["created", "sent"]


async def test_two_people_who_press_at_once_send_everything_once(
    client_for: ClientFor, agent: SignedInClient, resources: Resources
) -> None:
    other = await client_for("lead", name="Lea Lead")
    ids = [*await hold(agent, 3), *await hold(agent, 2, BEN)]
    made = await asyncio.gather(dispatch(agent, all=True), dispatch(other, all=True))
    assert sorted(one["counts"]["pending"] for one in made) == [0, 5]
    loser = min(made, key=lambda one: one["counts"]["pending"])
    assert outcomes(loser) == dict.fromkeys(ids, ("skipped", "already_dispatched"))
    assert loser["state"] == "done"
    await asyncio.gather(deliver(resources), deliver(resources))
    assert resources.catcher is not None
    assert sorted(mail.envelope_to[0] for mail in resources.catcher.mails) == [ANNA["email"], BEN["email"]]
    entries = [kind for ticket_id in ids for kind in await activity(agent, ticket_id)]
    assert entries.count("sent") == 5
    assert len(entries) == 10


async def test_fifty_who_press_at_once_leave_each_ticket_in_one_message(
    agent: SignedInClient, resources: Resources
) -> None:
    ids = [*await hold(agent, 2), *await hold(agent, 2, BEN)]
    # Every other one by ids in the opposite order: locks taken in the order of a request would never end.
    bodies: list[dict[str, Any]] = [{"all": True}, {"ticket_ids": ids[::-1]}, {"ticket_ids": ids[1:3]}]
    made = await asyncio.gather(*(dispatch(agent, **bodies[number % 3]) for number in range(50)))
    claimed = [one for each in made for one, (outcome, _) in outcomes(each).items() if outcome == "pending"]
    assert sorted(claimed) == sorted(ids)
    listed = [one for each in made for message in each["messages"] for one in message["ticket_ids"]]
    assert sorted(listed) == sorted(ids)
    await deliver(resources)
    assert [await activity(agent, one) for one in ids] == [["created", "sent"]] * 4


async def test_a_refused_address_keeps_its_tickets_held_and_says_why(
    agent: SignedInClient, resources: Resources
) -> None:
    assert resources.catcher is not None
    of_anna, of_ben = await hold(agent, 2), await hold(agent, 2, BEN)
    resources.catcher.refuse(BEN["email"], 550, "No such mailbox")
    made = await dispatch(agent, all=True)
    assert await deliver(resources) == [ANNA["email"]]
    done = await read_dispatch(agent, made["id"])
    assert (done["state"], done["counts"]["sent"], done["counts"]["failed"]) == ("done", 2, 2)
    assert {outcomes(done)[one][0] for one in of_anna} == {"sent"}
    failed = next(message for message in done["messages"] if message["address"] == BEN["email"])
    assert (failed["state"], failed["smtp_code"]) == ("failed", 550)
    assert "No such mailbox" in failed["error"]
    for ticket_id in of_ben:
        ticket = await read_ticket(agent, ticket_id)
        assert (ticket["status"], ticket["dispatch_id"]) == ("send_later", None)
        assert "No such mailbox" in ticket["delivery_failure"]
        assert "delivery_failed" in ticket["attention"]["reasons"]
        assert "No such mailbox" in str(outcomes(done)[ticket_id][1])
    resources.catcher.accept(BEN["email"])
    await dispatch(agent, all=True)
    assert await deliver(resources) == [BEN["email"]]
    ticket = await read_ticket(agent, of_ben[0])
    assert (ticket["status"], ticket["delivery_failure"]) == ("pending_correction", None)


async def test_by_contact_only_their_held_tickets_go(agent: SignedInClient, resources: Resources) -> None:
    of_anna = await hold(agent, 2)
    await hold(agent, 1, BEN)
    contact_id = (await read_ticket(agent, of_anna[0]))["contact"]["id"]
    assert [*outcomes(await dispatch(agent, contact_id=contact_id))] == of_anna
    assert await deliver(resources) == [ANNA["email"]]


async def test_by_filter_only_held_tickets_that_match_go(client_for: ClientFor, agent: SignedInClient) -> None:
    urgent, *_ = await hold(agent, title="Remove the guarantee", priority="urgent")
    await hold(agent, 1, BEN)
    await create_ticket(agent, title="Another guarantee", send="now")
    other = await client_for("agent")
    theirs = await hold(other, title="Another guarantee")
    assert [*outcomes(await dispatch(agent, filter={"q": "guarantee", "assignee_id": ["me"]}))] == [urgent]
    assert [*outcomes(await dispatch(agent, filter={"q": "guarantee", "status": ["closed"]}))] == []
    later = {"q": "guarantee", "created_by": [str(other.person_id)], "created_after": "2026-01-01T00:00:00Z"}
    assert [*outcomes(await dispatch(agent, filter=later))] == theirs


async def test_nothing_held_is_a_dispatch_that_is_done(agent: SignedInClient) -> None:
    made = await dispatch(agent, all=True)
    assert (made["state"], made["tickets"], made["messages"], made["started_at"]) == ("done", [], [], None)


async def test_tickets_that_cannot_go_are_skipped_with_the_reason(agent: SignedInClient) -> None:
    held, archived, twice = await hold(agent, 3)
    sent = (await create_ticket(agent, send="now"))["id"]
    await agent.put(f"/api/v1/tickets/{archived}/archive")
    await dispatch(agent, ticket_ids=[twice], scheduled_for="end_of_business_day")
    made = await dispatch(agent, ticket_ids=[held, held, archived, sent, twice])
    assert outcomes(made) == {
        held: ("pending", None),
        archived: ("skipped", "archived"),
        sent: ("skipped", "not_held"),
        twice: ("skipped", "already_dispatched"),
    }
    assert [message["ticket_ids"] for message in made["messages"]] == [[held]]


async def test_archived_tickets_are_not_among_all(agent: SignedInClient) -> None:
    held, archived = await hold(agent, 2)
    await agent.put(f"/api/v1/tickets/{archived}/archive")
    assert [*outcomes(await dispatch(agent, all=True))] == [held]


async def test_what_nobody_can_see_is_refused_and_nothing_is_claimed(
    client_for: ClientFor, agent: SignedInClient
) -> None:
    held, deleted = await hold(agent, 2)
    lead = await client_for("lead")
    assert (await lead.delete(f"/api/v1/tickets/{deleted}")).status_code == 204
    answer = await agent.post("/api/v1/dispatches", json={"ticket_ids": [held, MISSING, deleted]})
    assert errors_of(answer) == {"/ticket_ids/1": "unknown_reference", "/ticket_ids/2": "unknown_reference"}
    assert (await read_ticket(agent, held))["dispatch_id"] is None
    assert (await agent.get("/api/v1/dispatches")).json()["items"] == []


BAD_INPUT: list[tuple[dict[str, Any], str, str]] = [
    ({}, "", "one_selector"),
    ({"all": True, "ticket_ids": [MISSING]}, "", "one_selector"),
    ({"all": False}, "/all", "literal_error"),
    ({"all": 1}, "/all", "bool_type"),
    ({"ticket_ids": []}, "/ticket_ids", "too_short"),
    ({"ticket_ids": [MISSING] * 1001}, "/ticket_ids", "too_long"),
    ({"ticket_ids": ["seven"]}, "/ticket_ids/0", "uuid_parsing"),
    ({"contact_id": MISSING}, "/contact_id", "unknown_reference"),
    ({"filter": {"colour": "red"}}, "/filter/colour", "extra_forbidden"),
    ({"filter": {"archived": True}}, "/filter/archived", "literal_error"),
    ({"filter": {"open": "true"}}, "/filter/open", "bool_type"),
    ({"filter": {"assignee_id": ["me", "you"]}}, "/filter/assignee_id/1", "uuid_parsing"),
    ({"filter": {"created_by": ["none"]}}, "/filter/created_by/0", "uuid_parsing"),
    ({"filter": {"created_after": 1_700_000_000}}, "/filter/created_after", "datetime_type"),
    ({"filter": {"q": "a\u0000b"}}, "/filter/q", "control_character"),
    ({"all": True, "scheduled_for": "tomorrow"}, "/scheduled_for", "datetime_parsing"),
    ({"all": True, "scheduled_for": "1772463600"}, "/scheduled_for", "datetime_type"),
    ({"all": True, "scheduled_for": True}, "/scheduled_for", "datetime_type"),
    ({"all": True, "scheduled_for": "1182-02-20T00:46:21.7Z"}, "/scheduled_for", "time_out_of_range"),
    ({"all": True, "scheduled_for": "2026-03-02T16:00:00"}, "/scheduled_for", "datetime_parsing"),
    ({"all": True, "scheduled_for": "2026-03-02T15:00:00Z"}, "/scheduled_for", "not_in_future"),
    ({"all": True, "scheduled_for": "2026-03-02T14:59:59Z"}, "/scheduled_for", "not_in_future"),
    ({"all": True, "when": "now"}, "/when", "extra_forbidden"),
]


async def test_bad_input_names_the_field(agent: SignedInClient) -> None:
    answers = [await agent.post("/api/v1/dispatches", json=body) for body, _, _ in BAD_INPUT]
    assert [errors_of(answer) for answer in answers] == [{pointer: code} for _, pointer, code in BAD_INPUT]


async def test_the_list_is_newest_first_and_goes_on(agent: SignedInClient, clock: FrozenClock) -> None:
    made = []
    for _ in range(3):
        await hold(agent)
        made.append((await dispatch(agent, all=True))["id"])
        clock.advance(timedelta(minutes=1))
    first = await agent.get("/api/v1/dispatches", params={"limit": 2})
    assert [one["id"] for one in first.json()["items"]] == made[:0:-1]
    assert "tickets" not in first.json()["items"][0]
    assert first.json()["items"][0]["counts"]["pending"] == 1
    rest = await agent.get("/api/v1/dispatches", params={"limit": 2, "cursor": first.json()["next_cursor"]})
    assert [one["id"] for one in rest.json()["items"]] == made[:1]
    assert rest.json()["next_cursor"] is None


async def test_the_same_key_dispatches_once(agent: SignedInClient) -> None:
    await hold(agent)
    headers = {"Idempotency-Key": "evening"}
    first = await agent.post("/api/v1/dispatches", json={"all": True}, headers=headers)
    again = await agent.post("/api/v1/dispatches", json={"all": True}, headers=headers)
    assert first.status_code == again.status_code == 202
    assert again.headers["idempotent-replayed"] == "true"
    assert again.json() == first.json()
    assert again.headers["location"] == first.headers["location"]


WHO_MAY = {"admin": (200, 202), "lead": (200, 202), "agent": (200, 202), "auditor": (200, 403), "guest": (404, 404)}


async def test_who_may_dispatch(client_for: ClientFor, agent: SignedInClient) -> None:
    for role, (reads, writes) in WHO_MAY.items():
        await hold(agent)
        made = await dispatch(agent, all=True, scheduled_for="end_of_business_day")
        one = await client_for(role)
        assert (await one.get("/api/v1/dispatches")).status_code == reads
        assert (await one.get(f"/api/v1/dispatches/{made['id']}")).status_code == reads
        assert (await one.post("/api/v1/dispatches", json={"all": True})).status_code == writes
        cancelled = await one.delete(f"/api/v1/dispatches/{made['id']}")
        assert cancelled.status_code == (204 if writes == 202 else writes)


async def test_recipients_and_strangers_do_not_dispatch(
    client_for: ClientFor, anonymous: SignedInClient, resources: Resources
) -> None:
    recipient = await client_for.portal(await create_contact(resources))
    for client, status in ((recipient, 404), (anonymous, 401)):
        assert (await client.post("/api/v1/dispatches", json={"all": True})).status_code == status
        assert (await client.get("/api/v1/dispatches")).status_code == status


async def test_what_does_not_exist_is_not_found(agent: SignedInClient) -> None:
    assert (await agent.get(f"/api/v1/dispatches/{MISSING}")).status_code == 404
    assert (await agent.delete(f"/api/v1/dispatches/{MISSING}")).status_code == 404
