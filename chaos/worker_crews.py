"""Mail workers under names that the database sees, so that it can note which of them claimed which message when."""

import asyncio
import json
import random
from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from uuid import UUID

from sqlalchemy import make_url, text

from chaos.databases import superuser
from chaos.desks import Desk
from chaos.processes import Child, run_module

_WATCH = (
    "CREATE TABLE chaos_claims (message_id uuid, worker text, claimed_at timestamptz)",
    "CREATE INDEX ON chaos_claims (worker)",
    "GRANT ALL ON chaos_claims TO PUBLIC",
    "CREATE FUNCTION chaos_note_claim() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
    "INSERT INTO chaos_claims VALUES (NEW.id, session_user, clock_timestamp()); RETURN NULL; END $$",
    "CREATE TRIGGER chaos_note_claim AFTER UPDATE OF lease_token ON messages FOR EACH ROW "
    "WHEN (NEW.lease_token IS NOT NULL AND NEW.lease_token IS DISTINCT FROM OLD.lease_token) "
    "EXECUTE FUNCTION chaos_note_claim()",
)


@dataclass(frozen=True, slots=True)
class Claimed:
    """Which worker leased a message, and when (seconds since the epoch)."""

    worker: str
    at: float


@dataclass(slots=True)
class _Member:
    name: str
    process_id: int


@dataclass(slots=True)
class Crew:
    """So many workers at any time; whoever is killed is replaced at once. ``killed_at`` has the moments, by name."""

    desk: Desk
    nursery: Child
    killed_at: dict[str, float] = field(default_factory=dict)
    _members: list[_Member] = field(default_factory=list)
    _numbers: "count[int]" = field(default_factory=count)

    async def kill_one(self, is_over: Callable[[], bool]) -> None:
        """Kill a worker that has had work, as soon as another one that is there to take over has too.

        Nobody is killed once ``is_over`` tells that there is nothing left to take over.
        """
        while len(ready := await self._at_work()) < 2:
            if is_over():
                return
            await asyncio.sleep(0.02)
        victim = random.choice(ready)
        self._members.remove(victim)
        self.killed_at[victim.name] = float(await self._order("kill", victim.process_id))
        await self.hire()

    async def hire(self) -> None:
        """Start one more worker."""
        name = f"chaos_worker_{next(self._numbers)}"
        async with superuser(self.desk.superuser_url) as connection:
            await connection.execute(text(f"CREATE ROLE {name} LOGIN IN ROLE ticketdesk"))
        url = make_url(self.desk.url).set(username=name).render_as_string(hide_password=False)
        environment = {**self.desk.environment, "TICKETDESK_DATABASE_URL": url}
        self._members.append(_Member(name, int(await self._order("hire", environment))))

    async def claims(self) -> dict[UUID, list[Claimed]]:
        """Return the claims of each message, in order."""
        statement = "SELECT message_id, worker, extract(epoch FROM claimed_at) FROM chaos_claims ORDER BY claimed_at"
        found: dict[UUID, list[Claimed]] = defaultdict(list)
        async with self.desk.resources.engine.connect() as connection:
            for message_id, worker, at in await connection.execute(text(statement)):
                found[message_id].append(Claimed(worker, float(at)))
        return found

    async def _order(self, order: str, given: object) -> str:
        await self.nursery.tell(json.dumps([order, given]))
        return await self.nursery.line()

    async def _at_work(self) -> list[_Member]:
        statement = "SELECT DISTINCT worker FROM chaos_claims WHERE worker = ANY(:names)"
        names = [member.name for member in self._members]
        async with self.desk.resources.engine.connect() as connection:
            found = set((await connection.execute(text(statement), {"names": names})).scalars())
        return [member for member in self._members if member.name in found]


@asynccontextmanager
async def hired(desk: Desk, size: int) -> AsyncIterator[Crew]:
    """Give a crew of ``size`` workers, ended with the block."""
    async with desk.resources.engine.begin() as connection:
        for statement in _WATCH:
            await connection.execute(text(statement))
    async with run_module("chaos.worker_nursery") as nursery:
        crew = Crew(desk, nursery)
        for _ in range(size):
            await crew.hire()
        yield crew
