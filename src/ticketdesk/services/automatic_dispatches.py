"""The dispatch that nobody presses: everything held, at the end of each business day, where the settings say so."""

from dataclasses import replace
from datetime import datetime

from ticketdesk.domain.actors import SYSTEM
from ticketdesk.domain.calendars import at_local_time, local_date
from ticketdesk.domain.dispatch_claims import obstacle
from ticketdesk.repositories.unit_of_work import UnitOfWork
from ticketdesk.schemas.dispatches import DispatchCreate
from ticketdesk.schemas.settings import CalendarSettings, DispatchSettings
from ticketdesk.schemas.tickets import TicketQuery
from ticketdesk.services import dispatches, settings

JOB = "automatic_dispatch"


async def run_due(uow: UnitOfWork) -> None:
    """Dispatch what is held once today's business day has ended; of any number of replicas one does it, once.

    The day counts as run even while the setting is off: whoever turns it on in the evening sends nothing that night.
    """
    wanted = await settings.get_dispatch(uow)
    end = _end_of_today(uow.now(), wanted, await settings.get_calendar(uow))
    if end is None or not await uow.job_slots.claim(JOB, end, uow.now()) or not wanted.automatic:
        return
    held = await uow.dispatches.lock_held(TicketQuery(), SYSTEM)
    if any(obstacle(ticket) is None for ticket in held):
        sender = replace(SYSTEM, name=(await settings.get_mail(uow)).sender_name)
        await dispatches.create(uow, sender, DispatchCreate(all=True))


def _end_of_today(now: datetime, wanted: DispatchSettings, calendar: CalendarSettings) -> datetime | None:
    """Return when today's business day ended, ``None`` before that and on a day that is none."""
    today = local_date(now, calendar.zone)
    end = at_local_time(today, wanted.end_of_business_day, calendar.zone)
    return end if calendar.business_calendar.is_business_day(today) and end <= now else None
