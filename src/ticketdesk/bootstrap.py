"""Put the program together: choose adapters, open the engine once, hand both to the API and the jobs."""

from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sqlalchemy.ext.asyncio import AsyncEngine

from ticketdesk.config import Config
from ticketdesk.domain.ports import Clock, MailRenderer, MailTransport, PasswordHasher, Sealer, Storage, TokenSigner
from ticketdesk.integrations.embedded_postgres import EmbeddedPostgres
from ticketdesk.integrations.mail_templates import JinjaMailRenderer
from ticketdesk.integrations.passwords import Argon2Hasher
from ticketdesk.integrations.seals import AesGcmSealer
from ticketdesk.integrations.smtp import SmtpTransport
from ticketdesk.integrations.storage import DiskStorage
from ticketdesk.integrations.tokens import JoseSigner
from ticketdesk.repositories.database import open_pool
from ticketdesk.repositories.pools import Pool
from ticketdesk.repositories.unit_of_work import UnitOfWork
from ticketdesk.services.subscriptions import SUBSCRIBERS

if TYPE_CHECKING:
    from ticketdesk.integrations.mailbox import MailCatcher


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """Return the present as aware UTC."""
        return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Resources:
    """What lives as long as the process. ``catcher`` is the development mailbox, ``None`` with a real mail server."""

    config: Config
    pool: Pool
    clock: Clock
    signer: TokenSigner
    sealer: Sealer
    hasher: PasswordHasher
    transport: MailTransport
    renderer: MailRenderer
    storage: Storage
    catcher: "MailCatcher | None" = None

    @property
    def engine(self) -> AsyncEngine:
        """What Core makes of the same connections, for whoever looks at the database from outside of the program."""
        return self.pool.engine

    def unit_of_work(self) -> AbstractAsyncContextManager[UnitOfWork]:
        """Return the context of one transaction: committed when the block ends, rolled back when it raises."""
        return self.pool.unit_as(lambda connection: UnitOfWork(connection, self.clock, SUBSCRIBERS))


@contextmanager
def open_database(config: Config) -> Iterator[str]:
    """Give the address of the database: the configured one, or that of the embedded server, which runs meanwhile.

    To be entered from the main thread before any event loop. Raises ``EmbeddedPostgresUnavailable`` where the embedded
    server cannot run.
    """
    if config.database_url is not None:
        yield config.database_url
        return
    with EmbeddedPostgres(config.data_dir / "postgres") as embedded:
        yield embedded.url()


def open_storage(config: Config) -> Storage:
    """Return where files are kept; raises ``ValueError`` for an address of no known form."""
    if config.storage_url is None:
        return DiskStorage(config.data_dir / "files")
    # Imported here: who keeps files on a disk installs without the extra that this needs.
    from ticketdesk.integrations.storage_s3 import S3Storage  # noqa: PLC0415 - see above

    return S3Storage(config.storage_url)


@asynccontextmanager
async def open_resources(config: Config, database_url: str, *, clock: Clock | None = None) -> AsyncIterator[Resources]:
    """Open everything and close it in reverse; the database at ``database_url`` must have been migrated."""
    clock = clock or SystemClock()
    async with AsyncExitStack() as stack:
        pool = open_pool(database_url, pool_size=config.database_pool_size)
        stack.push_async_callback(pool.dispose)
        catcher = None if config.smtp_url else await stack.enter_async_context(_caught_mail(clock))
        transport = SmtpTransport(config.smtp_url or (catcher.url if catcher else ""))
        stack.push_async_callback(transport.close)
        yield Resources(
            config,
            pool,
            clock,
            JoseSigner(config.signing_keys()),
            AesGcmSealer(config.signing_keys()[0]),
            Argon2Hasher(),
            transport,
            JinjaMailRenderer(),
            open_storage(config),
            catcher,
        )


@asynccontextmanager
async def _caught_mail(clock: Clock) -> AsyncIterator["MailCatcher"]:
    """Run the development mailbox."""
    # Imported here: production has a mail server, and is installed without the extra that this needs.
    from ticketdesk.integrations.mailbox import MailCatcher  # noqa: PLC0415 - see above

    catcher = MailCatcher(now=clock.now)
    await catcher.start()
    try:
        yield catcher
    finally:
        await catcher.stop()
