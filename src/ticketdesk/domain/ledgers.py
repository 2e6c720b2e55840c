"""Ledgers: append-only lists that are read for some days, page by page or as one table."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from ticketdesk.domain.calendars import at_local_time
from ticketdesk.domain.errors import InvalidInput

# Of a table, which is held in memory as a whole: tens of megabytes. Longer ones are asked for in parts.
MAX_TABLE_ROWS = 100_000
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class LedgerDays:
    """Whole days by the desk's calendar, both included; ``None`` for no bound."""

    first: date | None = None
    last: date | None = None

    def require_order(self) -> None:
        """Raise ``InvalidInput`` (``from``: ``period_reversed``) for an end before the start."""
        if self.first and self.last and self.first > self.last:
            raise InvalidInput.at("from", "period_reversed", "The first day comes after the last one.")

    def moments(self, zone: ZoneInfo) -> tuple[datetime | None, datetime | None]:
        """Return the moments (UTC) at which the days begin and at which they are over."""
        start = at_local_time(self.first, time(), zone) if self.first else None
        return start, at_local_time(self.last + _DAY, time(), zone) if self.last else None


def require_table(rows: int) -> None:
    """Raise ``InvalidInput`` (``from``: ``too_many_rows``) for more rows than a table may have."""
    if rows > MAX_TABLE_ROWS:
        raise InvalidInput.at(
            "from", "too_many_rows", f"A table has at most {MAX_TABLE_ROWS:,} rows: ask for fewer days."
        )
