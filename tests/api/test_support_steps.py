"""The steps of support tickets over HTTP: every row of the table, who may check, and what each step leaves behind."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from tests.application import ClientFor, FrozenClock, SignedInClient
from tests.factories.dispatches import deliver
from tests.factories.support_desks import Desk, open_desk
from tests.factories.support_tickets import CLIENT
from tests.factories.tickets import read_ticket, step

from ticketdesk.bootstrap import Resources
from ticketdesk.jobs.outbox import hand_out_due_events
from ticketdesk.models.checks import rework_entries
from ticketdesk.models.users import users

NEW, OPEN, BLUE, YELLOW, CLOSED = "new", "open", "comment_added", "pending_verification", "closed"
STATUSES = (NEW, OPEN, BLUE, YELLOW, CLOSED)
# What comes of an attempt by the worker (W), the checker (C), an agent who is neither (A) and a lead (L).
WITH_CHECK: dict[tuple[str, str], dict[str, str | int]] = {
    ("start", NEW): dict.fromkeys("WCAL", OPEN),
    ("comment", NEW): {"C": BLUE},
    ("comment", OPEN): {"C": BLUE},
    ("comment", BLUE): {"C": BLUE},
    ("comment", YELLOW): {"C": BLUE},
    ("comment", CLOSED): {"C": BLUE},
    ("reply", NEW): dict.fromkeys("WCAL", OPEN),
    ("reply", OPEN): {"W": OPEN},
    ("reply", BLUE): dict.fromkeys("WCAL", OPEN),
    ("reply", YELLOW): {"W": YELLOW},
    ("reply", CLOSED): {"W": CLOSED},
    ("complete", NEW): {"W": YELLOW, "L": YELLOW},
    ("complete", OPEN): {"W": YELLOW, "A": YELLOW},
    ("complete", BLUE): {"W": YELLOW},
    ("complete", YELLOW): {"W": YELLOW},
    ("return", YELLOW): {"W": 403, "C": OPEN, "A": 403, "L": OPEN},
    ("close", NEW): {"W": 409, "L": 409},
    ("close", YELLOW): {"W": 403, "C": CLOSED, "A": 403, "L": CLOSED},
    ("close", CLOSED): {"C": CLOSED, "L": CLOSED, "A": 403},
    ("reopen", CLOSED): dict.fromkeys("WCAL", OPEN),
    ("reopen", OPEN): {"L": 409},
    ("send", NEW): {"L": 409},
}
WITHOUT_CHECK: dict[tuple[str, str], dict[str, str | int]] = {
    ("close", NEW): {"W": CLOSED, "A": CLOSED},
    ("close", OPEN): {"W": CLOSED, "L": CLOSED},
    ("close", BLUE): {"W": CLOSED},
    ("complete", OPEN): {"W": 409},
    ("return", OPEN): {"L": 409},
}


@pytest.fixture
async def desk(resources: Resources, client_for: ClientFor) -> Desk:
    return await open_desk(resources, client_for)


def person(desk: Desk, who: str) -> SignedInClient:
    return {"W": desk.worker, "C": desk.creator, "A": desk.manager, "L": desk.lead}[who]


async def attempts(desk: Desk, table: dict[tuple[str, str], dict[str, str | int]]) -> list[str]:
    """Return what came out otherwise than ``table`` says."""
    wrong = []
    for (action, status), outcomes in table.items():
        for who, expected in outcomes.items():
            before = await read_ticket(person(desk, who), (await desk.open(status))["id"])
            answer = await desk.attempt(person(desk, who), before["id"], action)
            after = await read_ticket(desk.lead, before["id"])
            found = after["status"] if answer.is_success else answer.status_code
            if found != expected or (not answer.is_success and after["version"] != before["version"]):
                wrong.append(f"{who} {action} {status}: {found}, not {expected}: {answer.text[:200]}")
            if action != "comment" and (action in before["allowed_actions"]) != (
                answer.is_success and (action, status) not in {("complete", YELLOW), ("close", CLOSED)}
            ):
                wrong.append(f"{who} {action} {status}: offered {before['allowed_actions']}")
    return wrong


async def test_the_steps_of_tickets_that_are_checked(desk: Desk) -> None:
    assert await attempts(desk, WITH_CHECK) == []


async def test_the_steps_of_tickets_that_are_not_checked(resources: Resources, client_for: ClientFor) -> None:
    desk = await open_desk(resources, client_for, requires_check=False)
    assert await attempts(desk, WITHOUT_CHECK | {("start", NEW): {"W": OPEN}, ("reply", BLUE): {"W": OPEN}}) == []


async def test_outside_a_client_comments_and_takes_no_other_step(desk: Desk) -> None:
    for status in STATUSES:
        ticket = await desk.open(status)
        path = f"/api/v1/portal/tickets/{ticket['id']}"
        assert (await desk.contact.get(path)).json()["allowed_actions"] == ["comment"]
        answer = await desk.contact.post(f"{path}/transitions", json={"action": "complete"})
        assert (answer.status_code, answer.json()["code"]) == (403, "not_permitted")


async def test_nobody_checks_their_own_work(desk: Desk) -> None:
    ticket = await desk.open(OPEN)
    assert (await step(desk.lead, ticket["id"], "complete")).is_success
    for action in ("return", "close"):
        answer = await step(desk.lead, ticket["id"], action, reason="Fine")
        assert (answer.status_code, answer.json()["code"]) == (403, "own_work")
    assert (await step(desk.creator, ticket["id"], "close")).json()["verified_by"]["name"] == "Cara"


async def test_the_management_team_checks_what_its_creator_did_or_left_behind(desk: Desk) -> None:
    own = await desk.open(OPEN)
    done = (await step(desk.creator, own["id"], "complete")).json()
    assert (done["checker"], done["checker_team"]["name"]) == (None, "Management")
    left = await desk.open(OPEN)
    async with desk.resources.engine.begin() as connection:
        await connection.execute(update(users).where(users.c.id == desk.creator.person_id).values(is_active=False))
    await step(desk.worker, left["id"], "complete")
    for ticket_id in (own["id"], left["id"]):
        assert "close" in (await read_ticket(desk.manager, ticket_id))["allowed_actions"]
    assert (await step(desk.manager, left["id"], "close")).json()["status"] == "closed"


async def test_after_two_reassignments_a_return_goes_to_whoever_did_the_work(desk: Desk) -> None:
    ticket = await desk.open(YELLOW)
    for colleague in (desk.lead, desk.manager):
        await desk.give(ticket["id"], colleague)
    returned = (await step(desk.creator, ticket["id"], "return", reason="The banner is cut off")).json()
    assert (returned["status"], returned["assignee"]["name"], returned["rework_count"]) == ("open", "Will", 1)
    assert (returned["completed_at"], returned["worked_by"]["name"]) == (None, "Will")
    assert await ledger(desk) == [
        ("returned", desk.worker.person_id, desk.creator.person_id, desk.worker.person_id, "The banner is cut off")
    ]


async def test_a_return_goes_to_the_workers_lead_if_they_have_left(desk: Desk) -> None:
    ticket = await desk.open(YELLOW)
    async with desk.resources.engine.begin() as connection:
        await connection.execute(update(users).where(users.c.id == desk.worker.person_id).values(is_active=False))
    returned = (await step(desk.creator, ticket["id"], "return", reason="Again")).json()
    assert returned["assignee"]["name"] == "Lea"
    async with desk.resources.engine.begin() as connection:
        await connection.execute(update(users).where(users.c.id == desk.lead.person_id).values(is_active=False))
    other = await read_ticket(desk.creator, ticket["id"])
    await step(desk.manager, other["id"], "complete")
    async with desk.resources.engine.begin() as connection:
        await connection.execute(update(users).where(users.c.id == desk.manager.person_id).values(is_active=False))
    nobody = (await step(desk.creator, ticket["id"], "return", reason="Again")).json()
    assert (nobody["status"], nobody["assignee"], nobody["worked_by"]["name"]) == ("open", None, "Mona")


async def ledger(desk: Desk) -> list[tuple[Any, ...]]:
    r = rework_entries.c
    async with desk.resources.engine.begin() as connection:
        rows = await connection.execute(
            select(r.cause, r.worker_id, r.checker_id, r.assignee_id, r.reason).order_by(r.id)
        )
        return [tuple(row) for row in rows]


async def test_what_comes_back_after_closing_is_rework(desk: Desk) -> None:
    ticket = await desk.open(CLOSED)
    await desk.say(desk.contact, ticket["id"], "It is still the old one")
    assert (await read_ticket(desk.lead, ticket["id"]))["rework_count"] == 1
    await desk.act(ticket["id"], "complete")
    await desk.act(ticket["id"], "close")
    await step(desk.lead, ticket["id"], "reopen", reason="Wrong size")
    worker, lead = desk.worker.person_id, desk.lead.person_id
    assert await ledger(desk) == [
        ("commented", worker, None, worker, "The client came back to it after it was closed."),
        ("reopened", worker, lead, worker, "Wrong size"),
    ]


async def test_a_reply_to_completed_work_keeps_it_to_be_checked(desk: Desk) -> None:
    ticket = await desk.open(YELLOW)
    await desk.say(desk.contact, ticket["id"])
    await desk.say(desk.worker, ticket["id"])
    assert (await read_ticket(desk.lead, ticket["id"]))["status"] == YELLOW


async def test_whose_turn_it_is_and_the_first_answer(desk: Desk, clock: FrozenClock) -> None:
    ticket = await desk.open()
    turns = []
    for who in (desk.contact, desk.worker, desk.contact, desk.worker):
        clock.advance(timedelta(minutes=1))
        await desk.say(who, ticket["id"])
        found = await read_ticket(desk.lead, ticket["id"])
        turns.append((found["newest_words_by"], (found["first_response_at"] or "")[11:16]))
    assert turns == [("recipient", ""), ("staff", "15:02"), ("recipient", "15:02"), ("staff", "15:02")]
    internal = {"body": "Ask Lea", "visibility": "internal"}
    await desk.say(desk.contact, ticket["id"])
    assert (await desk.worker.post(f"/api/v1/tickets/{ticket['id']}/comments", json=internal)).is_success
    assert (await read_ticket(desk.lead, ticket["id"]))["newest_words_by"] == "recipient"


async def test_the_client_is_mailed_at_creation_reply_and_once_at_closing(desk: Desk) -> None:
    ticket = await desk.open(OPEN)
    await desk.say(desk.worker, ticket["id"], "Which banner?")
    await desk.say(desk.contact, ticket["id"], "The upper one")
    assert (await step(desk.worker, ticket["id"], "complete", comment="Swapped.")).is_success
    for _ in range(2):
        assert (await step(desk.creator, ticket["id"], "close")).is_success
    assert set(await deliver(desk.resources)) == {CLIENT}
    assert desk.resources.catcher is not None
    said = [(mail.subject.partition("] ")[0].partition("[")[0], mail.text) for mail in desk.resources.catcher.mails]
    assert [lead for lead, _ in said] == ["", "Re: ", "Re: ", "Closed: "]
    for (_, text), words in zip(
        said, ("We have received your request", "Which banner?", "Swapped.", "closed your request"), strict=True
    ):
        assert words in text
        assert "mark it completed" not in text


async def told(desk: Desk, who: SignedInClient) -> list[str]:
    """Return what somebody heard of the steps; that a ticket was given to them is up to the draw."""
    await hand_out_due_events(desk.resources)
    page = (await who.get("/api/v1/notifications")).json()
    steps = [item for item in reversed(page["items"]) if item["kind"] != "assigned"]
    return [f"{item['kind']}: {item['text'].partition(' #')[0]}" for item in steps]


async def test_staff_hear_in_the_app_what_is_theirs_to_do(desk: Desk) -> None:
    ticket = await desk.open(OPEN)
    await desk.say(desk.contact, ticket["id"])
    await desk.act(ticket["id"], "complete")
    await step(desk.creator, ticket["id"], "return", reason="Cut off")
    assert await told(desk, desk.worker) == ["commented: Anna Berg commented on", "returned: Cara returned"]
    assert await told(desk, desk.creator) == ["completed: Will completed"]
    assert (await told(desk, desk.lead), await told(desk, desk.manager)) == ([], [])


async def test_the_whole_team_hears_what_any_of_it_may_check_but_not_who_did_it(desk: Desk) -> None:
    ticket = await desk.open(OPEN)
    assert (await step(desk.creator, ticket["id"], "complete")).is_success
    assert await told(desk, desk.manager) == ["completed: Cara completed"]
    assert await told(desk, desk.creator) == []


async def test_of_what_nobody_works_its_creator_and_the_leads_hear(desk: Desk) -> None:
    ticket = await desk.open()
    await desk.give(ticket["id"], None)
    await desk.say(desk.contact, ticket["id"])
    for who, expected in ((desk.creator, 1), (desk.lead, 1), (desk.worker, 0)):
        assert len(await told(desk, who)) == expected
