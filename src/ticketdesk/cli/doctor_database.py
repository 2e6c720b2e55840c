"""What the doctor asks the database."""

from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy.exc import DBAPIError

from ticketdesk.cli.doctor_checks import Finding, State
from ticketdesk.config import Config
from ticketdesk.repositories.connections import Connection
from ticketdesk.repositories.database import open_pool
from ticketdesk.repositories.health import HealthRepository
from ticketdesk.repositories.ticket_counters import TicketCounterRepository
from ticketdesk.services.health import Schema, read_schema

OLDEST_VERSION = 160000
# Tokens and reminders compare the two clocks; a second or so is the network.
TOLERATED_SKEW_SECONDS = 2.0
HARMFUL_SKEW_SECONDS = 60.0


async def examine(config: Config, url: str) -> list[Finding]:
    """Return what the database at ``url`` says; a single finding when it does not answer."""
    pool = open_pool(url, pool_size=1)
    try:
        async with pool.unit() as connection:
            return await _examine(config, connection)
    except (DBAPIError, OSError, ValueError) as error:
        cause = str(getattr(error, "orig", None) or error).partition("\n")[0]
        remedy = "Start it, or correct TICKETDESK_DATABASE_URL."
        return [Finding("database", State.FAIL, f"does not answer ({cause}).", remedy)]
    finally:
        await pool.dispose()


async def _examine(config: Config, connection: Connection) -> list[Finding]:
    health = HealthRepository(connection)
    kind = "embedded" if config.database_url is None else "configured"
    schema = await read_schema(health)
    findings = [
        judge_version(await health.server_version(), kind),
        judge_schema(schema),
        judge_skew((datetime.now(UTC) - await health.server_time()).total_seconds()),
    ]
    if schema.present == schema.head:
        findings.append(judge_counters(await TicketCounterRepository(connection).differences()))
    return findings


def judge_version(number: int, kind: str) -> Finding:
    """Tell whether the server is new enough; no extension is needed in any."""
    text = f"PostgreSQL {number // 10_000}.{number % 10_000}, {kind}; no extensions needed."
    if number < OLDEST_VERSION:
        return Finding("database", State.FAIL, text, "Version 16 or newer is needed.")
    return Finding("database", State.OK, text)


def judge_schema(schema: Schema) -> Finding:
    """Tell a database that has to be migrated from one that belongs to a newer release."""
    if schema.present == schema.head:
        return Finding("schema", State.OK, f"at {schema.head}.")
    if schema.is_usable:
        return Finding("schema", State.WARN, f"at {schema.present}, of a newer release.", "Update this program.")
    return Finding("schema", State.FAIL, f"at {schema.present or 'nothing'}.", "Run `ticketdesk migrate`.")


def judge_skew(seconds: float) -> Finding:
    """Tell how far this machine's clock is from the database's."""
    text = f"{abs(seconds):.1f} s {'ahead of' if seconds > 0 else 'behind'} the database."
    if abs(seconds) <= TOLERATED_SKEW_SECONDS:
        return Finding("clock", State.OK, text)
    state = State.FAIL if abs(seconds) > HARMFUL_SKEW_SECONDS else State.WARN
    return Finding("clock", state, text, "Synchronise both by NTP.")


def judge_counters(differences: Sequence[str]) -> Finding:
    """Tell whether the counters of tickets, which the database keeps, are what counting gives."""
    if not differences:
        return Finding("counters", State.OK, "as counted, those of assignees included, by which tickets are given out.")
    remedy = "Run `SELECT recount_tickets()` in the database, as after a load without triggers."
    return Finding("counters", State.FAIL, f"differ from the tickets by {', '.join(differences)}.", remedy)
