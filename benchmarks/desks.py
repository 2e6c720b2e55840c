"""The desk that requests are sent to: data, people who come in, and the processes that answer."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import asyncpg

from benchmarks import dataset
from benchmarks.databases import plain
from benchmarks.processes import Server, running
from ticketdesk.bootstrap import Resources, open_resources
from ticketdesk.config import Config
from ticketdesk.domain.ports import TokenClaims, TokenPurpose
from ticketdesk.repositories import migrations
from ticketdesk.repositories.base import new_id
from ticketdesk.repositories.database import open_engine

POOL = 10
_SECRET = "only-for-the-benchmark-" * 2
_LONG = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Desk:
    """A filled database, and two people who use it: a lead, and a recipient of many tickets."""

    url: str
    staff_id: UUID
    contact_id: UUID
    tokens: dict[str, str]

    @property
    def environment(self) -> dict[str, str]:
        """What the product takes from its environment."""
        return {
            "TICKETDESK_ENV": "production",
            "TICKETDESK_DATABASE_URL": self.url,
            "TICKETDESK_DATABASE_POOL_SIZE": str(POOL),
            "TICKETDESK_SECRET_KEYS": _SECRET,
            # Required in production, but without ticks nothing is sent.
            "TICKETDESK_SMTP_URL": "smtp://127.0.0.1:9",
        }

    @asynccontextmanager
    async def resources(self) -> AsyncIterator[Resources]:
        """Open what the product opens, in this process, over a single connection."""
        config = Config(env="production", database_url=self.url, secret_keys=(_SECRET,), smtp_url="smtp://127.0.0.1:9")
        async with open_resources(config.model_copy(update={"database_pool_size": 1}), self.url) as opened:
            yield opened

    @asynccontextmanager
    async def connection(self) -> AsyncIterator["asyncpg.Connection"]:
        """Open a connection that waits as long as a statement takes."""
        connection: asyncpg.Connection = await asyncpg.connect(plain(self.url))
        try:
            yield connection
        finally:
            await connection.close()

    @contextmanager
    def product(self, scratch: Path, name: str = "product") -> Iterator[Server]:
        """Serve the product as operators do, without the ticks."""
        words = ["-m", "ticketdesk", "serve", "--no-jobs", "--port"]
        with running(words, scratch / f"{name}.log", self.environment) as server:
            yield server


async def furnish(url: str, tickets: int) -> Desk:
    """Migrate the empty database at ``url`` and fill it with ``tickets`` tickets."""
    await migrations.upgrade(url)
    desk = Desk(url, UUID(dataset.row_id("e", 2)), UUID(dataset.row_id("c", 8)), {})
    engine = open_engine(url)
    try:
        await dataset.load(engine, tickets)
    finally:
        await engine.dispose()
    async with desk.resources() as resources:
        async with desk.connection() as connection:
            link_id = new_id()
            await connection.execute(
                "INSERT INTO portal_links (id, contact_id, created_at, expires_at) VALUES ($1, $2, now(), $3)",
                link_id, desk.contact_id, datetime.now(UTC) + _LONG,
            )  # fmt: skip
        desk.tokens["staff"] = await _token(resources, TokenPurpose.ACCESS, desk.staff_id, user_id=desk.staff_id)
        portal = {"contact_id": desk.contact_id, "link_id": link_id}
        desk.tokens["portal"] = await _token(resources, TokenPurpose.PORTAL, desk.contact_id, **portal)
    return desk


async def _token(resources: Resources, purpose: TokenPurpose, subject: UUID, **person: UUID) -> str:
    """Return a token that outlasts the benchmark."""
    now = resources.clock.now()
    async with resources.unit_of_work() as uow:
        session_id = await uow.sessions.add(now + _LONG, now, **person)
    return resources.signer.issue(TokenClaims(purpose, session_id, subject, now, now + _LONG))
