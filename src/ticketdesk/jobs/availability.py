"""Bring people back from their absences."""

from ticketdesk.bootstrap import Resources
from ticketdesk.services import availability


async def end_absences(resources: Resources) -> None:
    """End every absence whose time has come, so that its tickets find whoever is back."""
    async with resources.unit_of_work() as uow:
        await availability.end_absences(uow)
