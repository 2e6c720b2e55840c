"""How many tickets there are, kept by triggers on ``tickets`` so that nobody has to count them.

Each change of a ticket appends to ``ticket_counter_changes``, each of its categories to ``ticket_category_changes``,
which takes no lock that another writer waits for; every hundredth or so folds the committed changes into
``ticket_counters`` and ``ticket_day_counters``. The truth is the sum of counters and changes at any moment.
"""

from typing import Any

from sqlalchemy import ARRAY, BigInteger, Boolean, Column, Date, PrimaryKeyConstraint, Table, Text, Uuid

from ticketdesk.models.base import metadata

# What the tickets of one counter have in common (see repositories/ticket_traits.py).
_TRAITS = ("kind", "status", "is_archived", "is_assigned", "has_failed")


def _traits() -> list[Column[Any]]:
    flags: list[Column[Any]] = [Column(name, Boolean, nullable=False) for name in _TRAITS[2:]]
    return [Column("kind", Text, nullable=False), Column("status", Text, nullable=False), *flags]


# A counter that came to zero stays. There are few for each owner, sums do not mind them, and to look for them at each
# folding would cost more than they do.
ticket_counters = Table(
    "ticket_counters",
    metadata,
    # What the tickets are told apart by: a row of ``SCOPES`` in repositories/ticket_scopes.py.
    Column("scope", Text, nullable=False),
    # The nil UUID for tickets that have nobody there, and in scopes that go by words alone.
    Column("owner_id", Uuid, nullable=False),
    # A tag or a way in, or the second of two ids; empty for none.
    Column("label", Text, nullable=False, server_default=""),
    *_traits(),
    Column("tickets", BigInteger, nullable=False),
    PrimaryKeyConstraint("scope", "owner_id", "label", *_TRAITS),
)

# By the days, in UTC, on which tickets were created, last changed or closed; days without any of a kind have no row.
ticket_day_counters = Table(
    "ticket_day_counters",
    metadata,
    # ``created``, ``updated`` or ``closed``.
    Column("moment", Text, nullable=False),
    Column("day", Date, nullable=False),
    *_traits(),
    Column("tickets", BigInteger, nullable=False),
    PrimaryKeyConstraint("moment", "day", *_TRAITS),
)

ticket_counter_changes = Table(
    "ticket_counter_changes",
    metadata,
    *_traits(),
    Column("assignee_id", Uuid),
    Column("checker_id", Uuid),
    Column("created_by_id", Uuid),
    Column("account_id", Uuid),
    Column("product_id", Uuid),
    Column("category_id", Uuid),
    Column("checker_team_id", Uuid),
    Column("origin", Text),
    Column("tags", ARRAY(Text)),
    Column("contact_id", Uuid),
    Column("created_on", Date),
    Column("updated_on", Date),
    Column("closed_on", Date),
    Column("difference", BigInteger, nullable=False),
)

# A ticket has any number of categories.
ticket_category_changes = Table(
    "ticket_category_changes",
    metadata,
    *_traits(),
    Column("assignee_id", Uuid),
    Column("violation_category_id", Uuid, nullable=False),
    Column("difference", BigInteger, nullable=False),
)
