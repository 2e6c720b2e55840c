"""Whether the product can serve, and how much waits to be done."""

from dataclasses import dataclass
from datetime import timedelta

from ticketdesk.repositories import migrations
from ticketdesk.repositories.health import HealthRepository
from ticketdesk.repositories.unit_of_work import UnitOfWork

RECENT = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Schema:
    """The migration that the database is at, and the newest one that this program knows."""

    present: str | None
    head: str

    @property
    def is_usable(self) -> bool:
        """Whether this program can work on the database.

        One from a newer release counts: migrations only expand what the release before needs, so that replicas of
        both can run side by side while an update is rolled out.
        """
        return self.present == self.head or (self.present is not None and not migrations.is_known(self.present))


@dataclass(frozen=True, slots=True)
class Backlog:
    """Rows by state: of the outbox, and of the messages under way or of the last 24 hours."""

    outbox: dict[str, int]
    messages: dict[str, int]


async def read_schema(repository: HealthRepository) -> Schema:
    """Return how far the database is migrated."""
    return Schema(await repository.revision(), migrations.head())


async def read_backlog(uow: UnitOfWork) -> Backlog:
    """Return what waits."""
    return Backlog(await uow.health.outbox_depth(), await uow.health.messages_by_state(uow.now() - RECENT))
