"""Who verifies a ticket, who works it again, and the ledger of what came back (spec: product.md section 5)."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from ticketdesk.domain.actors import Actor
from ticketdesk.domain.checks import COMMENTED_ON, NO_CHECKER, Checker, CheckFacts, ReworkCause, checker
from ticketdesk.domain.ticket_changes import Taken
from ticketdesk.domain.ticket_workflow import Action, Effect, Step
from ticketdesk.domain.tickets import Origin
from ticketdesk.repositories.checks import ReworkEntry
from ticketdesk.repositories.tickets import TicketRecord
from ticketdesk.repositories.unit_of_work import UnitOfWork
from ticketdesk.services import settings

_CAUSES = {
    Action.RETURN: ReworkCause.RETURNED,
    Action.REOPEN: ReworkCause.REOPENED,
    Action.COMMENT: ReworkCause.COMMENTED,
}


async def appoint(uow: UnitOfWork, facts: CheckFacts) -> Checker:
    """Return who checks a ticket; asks for the management team only where it is needed."""
    found = checker(facts, None)
    return found if found.user_id else checker(facts, (await settings.get_checks(uow)).management_team_id)


async def demand(uow: UnitOfWork, about: CheckFacts, is_demanded: bool) -> dict[str, Any]:
    """Return the columns of a ticket that say whether it has to be checked, and by whom then."""
    found = await appoint(uow, about) if is_demanded else NO_CHECKER
    return {"requires_check": is_demanded, "checker_id": found.user_id, "checker_team_id": found.team_id}


async def prepare(uow: UnitOfWork, ticket: TicketRecord, step: Step, taken: Taken) -> Taken:
    """Return ``taken`` with who checks ``ticket`` and who works it again, where ``step`` decides that."""
    if Effect.WORKER_ASSIGNMENT in step.effects and ticket.worked_by_id:
        taken = replace(taken, worker_id=await uow.checks.worker_or_lead(ticket.worked_by_id))
    if Effect.CHECKER_APPOINTMENT in step.effects:
        taken = replace(taken, checker=await appoint(uow, await facts(uow, ticket, taken.user_id)))
    return taken


async def facts(uow: UnitOfWork, ticket: TicketRecord, worker_id: UUID | None = None) -> CheckFacts:
    """Return what decides who checks ``ticket`` now; ``worker_id`` is who completes it."""
    creator_id = ticket.created_by_id
    is_active = creator_id is not None and await uow.checks.is_active(creator_id)
    return CheckFacts(Origin(ticket.origin), creator_id, is_active, worker_id)


async def enter_rework(
    uow: UnitOfWork, actor: Actor, before: TicketRecord, after: TicketRecord, step: Step, reason: str | None
) -> None:
    """Write the row of the ledger that ``step`` asks for; the database keeps it as it is from then on."""
    if Effect.REWORK_ENTRY not in step.effects:
        return
    entry = ReworkEntry(
        after.id, _CAUSES[step.action], before.worked_by_id, actor.user_id, after.assignee_id, reason or COMMENTED_ON
    )
    await uow.checks.add_rework(entry, uow.now())
