"""Who verifies a ticket: decided when it is made, and again when the check is needed."""

from typing import Any

from ticketdesk.domain.checks import CheckFacts, checker
from ticketdesk.repositories.unit_of_work import UnitOfWork
from ticketdesk.services import settings


async def appoint(uow: UnitOfWork, facts: CheckFacts) -> dict[str, Any]:
    """Return the columns of a ticket that say who checks it; asks for the management team only where it is needed."""
    found = checker(facts, None)
    if found.user_id is None:
        found = checker(facts, (await settings.get_checks(uow)).management_team_id)
    return {"checker_id": found.user_id, "checker_team_id": found.team_id}
