"""What staff are told in the app: their own, once, and read or not."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
from tests.application import ClientFor, FrozenClock
from tests.factories.tickets import create_ticket
from tests.refusals import Case, not_refused, pointers

from ticketdesk.bootstrap import Resources
from ticketdesk.domain.notifications import NotificationKind
from ticketdesk.services import notifications, subscriptions

PATH = "/api/v1/notifications"


async def tell(resources: Resources, user_id: UUID, ticket_id: str, *sources: str) -> int:
    async with resources.unit_of_work() as uow:
        return sum(
            [
                await notifications.notify(
                    uow, [user_id], UUID(ticket_id), NotificationKind.COMMENTED, f"About {source}", source
                )
                for source in sources
            ]
        )


async def listed(client: httpx.AsyncClient, query: str = "") -> tuple[list[str], int]:
    page = (await client.get(f"{PATH}{query}")).json()
    return [one["text"] for one in page["items"]], page["unread_count"]


async def test_a_notification_names_its_ticket(client_for: ClientFor, resources: Resources) -> None:
    agent = await client_for("agent")
    ticket = await create_ticket(agent)
    await tell(resources, agent.person_id, ticket["id"], "c1")
    (shown,) = (await agent.get(PATH)).json()["items"]
    assert shown == {
        "id": shown["id"],
        "kind": "commented",
        "text": "About c1",
        "ticket": {"id": ticket["id"], "number": ticket["number"], "title": ticket["title"]},
        "created_at": "2026-03-02T15:00:00Z",
        "read_at": None,
    }


async def test_everybody_reads_and_marks_their_own(client_for: ClientFor, resources: Resources) -> None:
    one, other = await client_for("agent"), await client_for("agent")
    ticket_id = (await create_ticket(one))["id"]
    await tell(resources, one.person_id, ticket_id, "a", "b")
    await tell(resources, other.person_id, ticket_id, "a", "c")
    assert await listed(one) == (["About b", "About a"], 2)
    theirs = [item["id"] for item in (await other.get(PATH)).json()["items"]]
    assert (await one.post(f"{PATH}/read", json={"ids": theirs})).json() == {"marked": 0, "unread_count": 2}
    assert (await one.post(f"{PATH}/read", json={"all": True})).json() == {"marked": 2, "unread_count": 0}
    assert await listed(one, "?unread=true") == ([], 0)
    assert await listed(other, "?unread=true") == (["About c", "About a"], 2)


async def test_what_was_read_stays_with_the_time(
    client_for: ClientFor, resources: Resources, clock: FrozenClock
) -> None:
    agent = await client_for("agent")
    await tell(resources, agent.person_id, (await create_ticket(agent))["id"], "a", "b", "c")
    chosen = [item["id"] for item in (await agent.get(PATH)).json()["items"]][:2]
    for expected in ({"marked": 2, "unread_count": 1}, {"marked": 0, "unread_count": 1}):
        clock.advance(timedelta(minutes=1))
        answer = await agent.post(f"{PATH}/read", json={"ids": [*chosen, chosen[0], str(uuid4())]})
        assert answer.json() == expected
    items = (await agent.get(PATH)).json()["items"]
    assert [item["read_at"] for item in items] == ["2026-03-02T15:01:00Z", "2026-03-02T15:01:00Z", None]
    assert await listed(agent, "?unread=true") == (["About a"], 1)


async def test_the_same_cause_is_told_once(client_for: ClientFor, resources: Resources) -> None:
    agent = await client_for("agent")
    ticket_id = (await create_ticket(agent))["id"]
    assert await tell(resources, agent.person_id, ticket_id, "a", "a") == 1
    told = await asyncio.gather(*(tell(resources, agent.person_id, ticket_id, "b") for _ in range(6)))
    assert sum(told) == 1
    assert await listed(agent) == (["About b", "About a"], 2)


async def test_pages_go_from_new_to_old(client_for: ClientFor, resources: Resources, clock: FrozenClock) -> None:
    agent = await client_for("agent")
    ticket_id = (await create_ticket(agent))["id"]
    for number in range(5):
        await tell(resources, agent.person_id, ticket_id, str(number))
        clock.advance(timedelta(seconds=number % 2))
    texts: list[str] = []
    answer = await agent.get(f"{PATH}?limit=2&unread=true")
    while True:
        page = answer.json()
        texts += [one["text"] for one in page["items"]]
        assert page["unread_count"] == 5
        if page["next_cursor"] is None:
            break
        answer = await agent.get(f"{PATH}?limit=2&unread=true&cursor={page['next_cursor']}")
    assert texts == [f"About {number}" for number in (4, 3, 2, 1, 0)]


async def test_bad_input_is_refused(client_for: ClientFor) -> None:
    agent = await client_for("agent")
    cases: list[Case] = [
        ({}, "/ids"),
        ({"all": False}, "/ids"),
        ({"all": 1}, "/all"),
        ({"all": True, "ids": [str(uuid4())]}, "/ids"),
        ({"ids": []}, "/ids"),
        ({"ids": [7]}, "/ids/0"),
        ({"ids": ["\x00"]}, "/ids/0"),
        ({"ids": [2**63]}, "/ids/0"),
        ({"ids": [str(uuid4())] * 201}, "/ids"),
        ({"ids": "all"}, "/ids"),
        ({"all": True, "before": 1}, "/before"),
    ]
    assert await not_refused(agent, "POST", f"{PATH}/read", cases) == []
    assert pointers(await agent.get(f"{PATH}?unread=perhaps")) == ["unread"]


async def test_roles(client_for: ClientFor) -> None:
    for role, status in {"admin": 200, "lead": 200, "agent": 200, "auditor": 200, "guest": 404}.items():
        client = await client_for(role)
        assert (role, (await client.get(PATH)).status_code) == (role, status)
        assert (role, (await client.post(f"{PATH}/read", json={"all": True})).status_code) == (role, status)
    assert (await (await client_for.bearing(None)).get(PATH)).status_code == 401


def _payloads(ticket_id: str) -> dict[str, tuple[Any, dict[str, Any]]]:
    return {
        "Anna Berg commented on": (
            notifications.on_ticket_commented,
            {"ticket_id": ticket_id, "comment_id": str(uuid4()), "author_name": "Anna Berg"},
        ),
        "Anna Berg completed": (
            notifications.on_ticket_completed,
            {"ticket_id": ticket_id, "seq": 3, "actor_name": "Anna Berg"},
        ),
        "could not be delivered: 550 no such user": (
            notifications.on_message_failed,
            {"message_id": str(uuid4()), "ticket_ids": [ticket_id], "reason": "550 no such user"},
        ),
    }


async def test_each_event_is_told_once_however_often_it_is_delivered(
    client_for: ClientFor, resources: Resources
) -> None:
    agent = await client_for("agent")
    ticket = await create_ticket(agent, title="Correct the rate")
    for words, (handler, payload) in _payloads(ticket["id"]).items():
        for _ in range(2):
            async with resources.unit_of_work() as uow:
                await handler(uow, payload)
        (newest, *_), _count = await listed(agent)
        assert words in newest
        assert f"#{ticket['number']} Correct the rate" in newest
    assert (await listed(agent))[1] == 3


async def test_a_completion_after_a_return_is_told_again(client_for: ClientFor, resources: Resources) -> None:
    agent = await client_for("agent")
    ticket_id = (await create_ticket(agent))["id"]
    for seq in (3, 7):
        async with resources.unit_of_work() as uow:
            payload = {"ticket_id": ticket_id, "seq": seq, "actor_name": "Anna"}
            await notifications.on_ticket_completed(uow, payload)
    assert (await listed(agent))[1] == 2


async def test_the_assignee_is_told_else_the_creator(client_for: ClientFor, resources: Resources) -> None:
    creator, assignee = await client_for("agent"), await client_for("agent")
    ticket_id = (await create_ticket(creator))["id"]
    handler, payload = _payloads(ticket_id)["Anna Berg commented on"]

    async def told_after(statement: str) -> tuple[int, int]:
        async with resources.engine.begin() as connection:
            await connection.exec_driver_sql(statement)
        async with resources.unit_of_work() as uow:
            await handler(uow, payload | {"comment_id": str(uuid4())})
        return (await listed(creator))[1], (await listed(assignee))[1]

    assign = f"UPDATE tickets SET assignee_id = '{assignee.person_id}'"
    assert await told_after("UPDATE tickets SET assignee_id = NULL") == (1, 0)
    assert await told_after(assign) == (1, 1)
    # Who has left the desk is not told, and those who are left are.
    leave = f"UPDATE users SET is_active = false WHERE id = '{assignee.person_id}'"
    async with resources.engine.begin() as connection:
        await connection.exec_driver_sql(leave)
    async with resources.unit_of_work() as uow:
        await handler(uow, payload | {"comment_id": str(uuid4())})
    assert (await listed(creator))[1] == 2


async def test_an_event_of_a_ticket_that_nobody_works_is_passed_over(resources: Resources) -> None:
    for handler, payload in _payloads(str(uuid4())).values():
        async with resources.unit_of_work() as uow:
            await handler(uow, payload)


def test_handlers_follow_their_events() -> None:
    followed = {event.__name__ for event, names in subscriptions.SUBSCRIBERS.items() if "notifications" in names}
    assert followed == {"TicketCommented", "TicketCompleted", "TicketReturned", "MessageFailed", "AnswersCompleted"}
