"""Lists by name hold what the specification says, for whoever asks."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from tests.application import START, ClientFor, FrozenClock, SignedInClient
from tests.factories.contacts import create_account, create_contact
from tests.factories.support_rows import create_support_row
from tests.factories.users import create_team

from ticketdesk.bootstrap import Resources

TICKETS = "/api/v1/tickets"


@pytest.fixture
async def agent(client_for: ClientFor) -> SignedInClient:
    return await client_for("agent", name="Ivy Stone")


@pytest.fixture
async def ada(resources: Resources) -> UUID:
    return await create_contact(resources, "Ada Quist", account_id=await create_account(resources))


async def listed(staff: SignedInClient, **query: Any) -> list[str]:
    answer = await staff.get(TICKETS, params=query)
    assert answer.status_code == 200, answer.text
    return [one["id"] for one in answer.json()["items"]]


async def counted(staff: SignedInClient, **query: Any) -> int:
    counts: dict[str, int] = (await staff.get(f"{TICKETS}/counts", params=query)).json()["by_status"]
    return sum(counts.values())


async def refusal(staff: SignedInClient, **query: Any) -> tuple[str, str]:
    answer = await staff.get(TICKETS, params=query)
    assert answer.status_code == 422, answer.text
    error = answer.json()["errors"][0]
    return error["pointer"], error["code"]


async def test_each_view_holds_its_tickets(
    agent: SignedInClient, client_for: ClientFor, resources: Resources, clock: FrozenClock, ada: UUID
) -> None:
    me, other = agent.person_id, await client_for("agent", name="Bo Lind")
    team = await create_team(resources, "Management", me)
    elsewhere = await create_team(resources, "Production", other.person_id)
    done = {"completed_at": START, "requires_check": True}
    # Nine in the morning in Chicago: the day began nine hours ago.
    today, yesterday = START - timedelta(hours=9), START - timedelta(hours=9, seconds=1)

    async def add(status: str, **fields: Any) -> str:
        # Each older than the one before.
        clock.advance(-timedelta(minutes=1))
        return await create_support_row(resources, ada, status, **fields)

    mine = await add("open", assignee_id=me)
    asked = await add("comment_added", assignee_id=me, newest_words_by="recipient")
    free = await add("new")
    check = await add("pending_verification", checker_id=me, assignee_id=other.person_id, **done)
    blue = await add("comment_added", checker_team_id=team, newest_words_by="staff", **done)
    await add("pending_verification", checker_team_id=elsewhere, assignee_id=other.person_id, **done)
    await add("comment_added", checker_id=me, assignee_id=other.person_id)
    closed = await add("closed", assignee_id=me, checker_id=me, closed_at=today, **done)
    await add("closed", newest_words_by="recipient", closed_at=yesterday)
    clock.set(START)

    expected = {
        "mine": [asked, mine],
        "to_check": [blue, check],
        "closed_today": [closed],
        "unassigned": [blue, free],
        "questions": [asked],
    }
    views = {one["key"]: one for one in (await agent.get("/api/v1/views")).json()["built_in"]}
    assert views.keys() == expected.keys() | {"by_person"}
    for key, tickets in expected.items():
        assert await listed(agent, view=key) == tickets, key
        # As the list takes them, it takes them.
        assert await listed(agent, **views[key]["filters"]) == tickets, key
        assert await counted(agent, view=key) == views[key]["count"] == len(tickets), key
    assert await listed(agent, view="by_person", person="ada qu") == await listed(agent, open="true")
    assert set(await listed(agent, view="by_person", person="stone")) == {mine, asked}
    assert views["by_person"]["asks_for"] == ["person"]
    assert views["by_person"]["count"] is None


async def test_what_today_is_goes_by_the_desks_clocks(
    agent: SignedInClient, client_for: ClientFor, clock: FrozenClock
) -> None:
    clock.set(datetime.fromisoformat("2026-03-08T20:00:00+00:00"))

    async def began() -> str:
        built_in = (await agent.get("/api/v1/views")).json()["built_in"]
        return next(str(one["filters"]["closed_after"]) for one in built_in if one["key"] == "closed_today")

    # The day on which daylight saving begins, in Chicago and where it has not begun.
    assert await began() == "2026-03-08T06:00:00Z"
    admin = await client_for("admin")
    assert (await admin.patch("/api/v1/settings/calendar", json={"time_zone": "Europe/Berlin"})).is_success
    assert await began() == "2026-03-07T23:00:00Z"


async def test_further_filters_narrow_a_view(agent: SignedInClient, resources: Resources, ada: UUID) -> None:
    tagged = await create_support_row(resources, ada, assignee_id=agent.person_id, tags=["logo"], origin="portal")
    plain = await create_support_row(resources, ada, assignee_id=agent.person_id, outreach_required=True)
    assert await listed(agent, view="mine") == [tagged, plain]
    assert await listed(agent, view="mine", tag="logo") == [tagged]
    assert await listed(agent, view="mine", origin=["portal", "email"]) == [tagged]
    assert await listed(agent, view="mine", outreach_required="true") == [plain]
    assert await listed(agent, view="mine", status="closed") == []
    assert await counted(agent, view="mine", tag="logo") == 1
    assert await refusal(agent, view="mine", assignee_id="none") == ("assignee_id", "contradicts_view")
    assert await refusal(agent, view="by_person") == ("person", "parameter_required")
    assert await refusal(agent, view=str(uuid4())) == ("view", "unknown_reference")
    assert (await agent.get(TICKETS, params={"view": "nonsense"})).status_code == 422


async def test_categories_and_products_are_counted(agent: SignedInClient, resources: Resources, ada: UUID) -> None:
    ticket = await create_support_row(resources, ada)
    product = (await agent.get(f"{TICKETS}/{ticket}")).json()["product"]["id"]
    other = await create_support_row(resources, ada)
    both = [product, (await agent.get(f"{TICKETS}/{other}")).json()["product"]["id"]]
    assert await listed(agent, product_id=product) == [ticket]
    assert await listed(agent, product_id=both) == [ticket, other]
    assert (await counted(agent, product_id=product), await counted(agent, product_id=both)) == (1, 2)
    assert await counted(agent, category_id=str(uuid4())) == 0


async def test_views_are_not_sent_again_to_who_has_them(agent: SignedInClient) -> None:
    tag = (await agent.get("/api/v1/views")).headers["etag"]
    assert (await agent.get("/api/v1/views", headers={"If-None-Match": tag})).status_code == 304
