"""The days that a ledger is read for, as parameters."""

from typing import Annotated

from fastapi import Depends, Query

from ticketdesk.domain.ledgers import LedgerDays
from ticketdesk.schemas.values import CalendarDate

Day = CalendarDate | None


def ledger_days(
    first: Annotated[Day, Query(alias="from", description="the first day, by the desk's calendar")] = None,
    last: Annotated[Day, Query(alias="to", description="the last day, included")] = None,
) -> LedgerDays:
    """Return the days that were asked for."""
    return LedgerDays(first, last)


AskedDays = Annotated[LedgerDays, Depends(ledger_days)]
