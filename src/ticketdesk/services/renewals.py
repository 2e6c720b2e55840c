"""Bringing a sent task to the newest revision of a compilation (spec: product.md section 6)."""

from collections.abc import Collection
from uuid import UUID

from ticketdesk.domain.activities import ActivityKind
from ticketdesk.domain.actors import Actor
from ticketdesk.domain.errors import NotFound
from ticketdesk.domain.renewals import Renewal, renew
from ticketdesk.domain.sent_tasks import require_asked
from ticketdesk.domain.versions import Expected
from ticketdesk.repositories.tickets import TicketRecord
from ticketdesk.repositories.unit_of_work import UnitOfWork
from ticketdesk.schemas.ready_json import Resource
from ticketdesk.schemas.tickets import Ticket
from ticketdesk.services import activities, compilations, resends, steps, tickets


async def renew_compilation(
    uow: UnitOfWork, actor: Actor, ticket_id: UUID, compilation_id: UUID, expected: Expected = None
) -> Resource[Ticket]:
    """Let an open task ask what the compilation asks now; one that does already is left as it is.

    Questions that still read the same keep their answers. Those in whose questionnaires anything changed are mailed,
    which counts as a sending. Raises ``NotFound``, also for a compilation that the task does not ask, ``StaleVersion``,
    and ``Conflict`` as ``require_asked`` and ``compilations.freeze`` do.
    """
    ticket = await steps.lock(uow, actor, ticket_id, expected)
    require_asked(ticket.facts)
    before = await uow.renewals.revision(ticket.id, compilation_id)
    if before is None:
        raise NotFound("Compilation")
    frozen = await compilations.freeze(uow, actor, compilation_id)
    if frozen.revision != before:
        renewal = renew(await uow.renewals.copied(ticket.id, compilation_id), frozen.questionnaires)
        await _write(uow, ticket, compilation_id, renewal)
        await uow.renewals.set_revision(ticket.id, compilation_id, frozen.revision)
        facts = {"compilation_id": compilation_id, "name": frozen.name, "from": before, "to": frozen.revision}
        counts = {"kept": renewal.kept, "added": renewal.added, "withdrawn": len(renewal.withdrawn_question_ids)}
        after = await activities.record(uow, ticket, actor, ActivityKind.CONTENT_RENEWED, **facts, **counts)
        if concerned := await _concerned(uow, ticket.id, renewal.touched):
            after = await resends.send_again(uow, actor, after, concerned)
        await uow.tickets.save(ticket, after)
    return await tickets.get(uow, actor, ticket_id)


async def _write(uow: UnitOfWork, ticket: TicketRecord, compilation_id: UUID, renewal: Renewal) -> None:
    await uow.renewals.withdraw(
        ticket.id, renewal.withdrawn_questionnaire_ids, renewal.withdrawn_question_ids, uow.now()
    )
    for addition in renewal.additions:
        first = await uow.renewals.next_question(addition.copy_id)
        await uow.task_contents.add_questions(ticket.id, addition.copy_id, addition.questions, first)
    new = [(compilation_id, questionnaire) for questionnaire in renewal.new_questionnaires]
    await uow.task_contents.add_questionnaires(ticket.id, new, await uow.renewals.next_questionnaire(ticket.id))


async def _concerned(uow: UnitOfWork, ticket_id: UUID, touched: Collection[UUID]) -> set[UUID]:
    """Return the recipients who have one of the questionnaires that changed."""
    parts = await uow.task_recipients.parts(ticket_id) if touched else {}
    return {contact_id for contact_id, part in parts.items() if part is None or not set(part).isdisjoint(touched)}
