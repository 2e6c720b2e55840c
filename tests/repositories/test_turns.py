"""The turns of many tickets, as the database finds them, are those of the rule for each one."""

from datetime import UTC, datetime, timedelta
from random import Random

from sqlalchemy import select
from tests.factories import histories
from tests.factories.contacts import create_account, create_contact
from tests.factories.histories import create_category

from ticketdesk.bootstrap import Resources
from ticketdesk.domain.activities import ActivityKind
from ticketdesk.domain.ticket_statuses import TicketKind
from ticketdesk.domain.turnarounds import Turnaround, measure
from ticketdesk.models.tickets import activities, tickets
from ticketdesk.repositories.turns import turns_of

START = datetime(2026, 3, 2, tzinfo=UTC)
FIRST = (ActivityKind.CREATED, ActivityKind.SENT)
LATER = (
    ActivityKind.COMMENTED,
    ActivityKind.COMMENTED,
    ActivityKind.REPLIED,
    ActivityKind.REPLIED,
    ActivityKind.COMPLETED,
    ActivityKind.RETURNED,
    ActivityKind.REOPENED,
    ActivityKind.CLOSED,
    ActivityKind.NOTED,
    ActivityKind.REMINDED,
)
Story = list[tuple[ActivityKind, datetime]]


def story(random: Random) -> Story:
    """Draw a record that ends with closing."""
    kinds = [random.choice(FIRST), *random.choices(LATER, k=random.randrange(9)), ActivityKind.CLOSED]
    at, told = START, []
    for kind in kinds:
        told.append((kind, at))
        at += timedelta(minutes=random.randrange(200))
    return told


async def test_the_database_finds_what_the_rule_says(resources: Resources) -> None:
    random = Random(7)
    required = {
        "contact_id": await create_contact(resources),
        "account_id": await create_account(resources),
        "category_id": await create_category(resources, "Billing"),
    }
    expected: dict[object, Turnaround] = {}
    entries = []
    for number in range(300):
        kind, told = list(TicketKind)[number % 3], story(random)
        end = told[-1][1]
        ticket_id = await histories.past_ticket(resources, START, kind=kind, closed_at=end, **required)
        expected[ticket_id] = measure(kind, told, end)
        entries += [histories.entry(ticket_id, at, done, seq) for seq, (done, at) in enumerate(told, 1)]
    await histories.write(resources, activities, *entries)
    async with resources.engine.connect() as connection:
        turns = turns_of(select(tickets.c.id, tickets.c.kind).cte("closed"))
        found = (await connection.execute(select(turns))).mappings().all()
    assert len(found) == len(expected)
    for row in found:
        wanted = expected[row["ticket_id"]]
        assert (row["staff"], row["client"], row["round_trips"]) == (wanted.staff, wanted.client, wanted.round_trips)
