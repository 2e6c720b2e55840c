"""Accepting answers of a task: marked, locked and written back into their documents, all of them or none."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from ticketdesk.domain import acceptance as rules
from ticketdesk.domain.acceptance import Candidate, SourceChange, SourceVersions
from ticketdesk.domain.activities import ActivityKind
from ticketdesk.domain.actors import Actor
from ticketdesk.domain.answers import digest
from ticketdesk.domain.errors import InvalidInput
from ticketdesk.domain.permissions import Permission
from ticketdesk.domain.ticket_workflow import require_not_archived
from ticketdesk.domain.versions import Expected
from ticketdesk.repositories.acceptance import GivenAnswer
from ticketdesk.repositories.tickets import TicketRecord
from ticketdesk.repositories.unit_of_work import UnitOfWork
from ticketdesk.schemas.ticket_answers import AcceptInput, TicketAnswers
from ticketdesk.services import activities, document_answers, steps
from ticketdesk.services.document_answers import NewAnswer


async def accept(
    uow: UnitOfWork, actor: Actor, ticket_id: UUID, data: AcceptInput, expected: Expected = None
) -> tuple[TicketAnswers, int]:
    """Accept answers and return all of the ticket's, with its version; nothing leaves the desk.

    Raises ``NotFound``, ``StaleVersion``, ``NotPermitted``, ``InvalidInput`` (``ids_or_all``, and at each question that
    does not fit), ``Conflict``: ``ticket_archived``, ``answers_differ``, ``source_changed`` until it is confirmed.
    """
    # The answer shows all there is to read.
    actor.require(Permission.TICKETS_READ)
    if data.all == (data.question_ids is not None):
        raise InvalidInput.at("/question_ids", "ids_or_all", 'Give "question_ids", or "all": true, and not both.')
    ticket = await steps.lock(uow, actor, ticket_id, expected)
    rules.require_may_accept(actor.permissions, is_creator=ticket.created_by_id == actor.user_id)
    require_not_archived(ticket.facts)
    given = await uow.acceptance.candidates(ticket.id)
    chosen = rules.choose([each.candidate for each in given.values()], data.question_ids)
    if chosen:
        ticket = await _take_over(uow, actor, ticket, data, [given[each.id] for each in chosen])
    return await uow.ticket_answers.sheet(ticket.id), ticket.version


async def _take_over(
    uow: UnitOfWork, actor: Actor, ticket: TicketRecord, data: AcceptInput, given: Sequence[GivenAnswer]
) -> TicketRecord:
    chosen = [each.candidate for each in given]
    rules.require_agreement(chosen)
    changed = await _changed(uow, chosen)
    rules.require_unchanged(changed, is_confirmed=data.confirm_changed)
    written = await _write_back(uow, actor, ticket, given)
    assert actor.user_id is not None  # noqa: S101 - staff alone are permitted
    await uow.acceptance.mark(written, actor.user_id, uow.now())
    facts = {"answers": [_fact(each, written) for each in given], "confirmed": list(changed) or None}
    after = await activities.record(uow, ticket, actor, ActivityKind.ANSWERS_ACCEPTED, **facts)
    return await uow.tickets.save(ticket, after)


async def _changed(uow: UnitOfWork, chosen: Sequence[Candidate]) -> dict[UUID, list[SourceChange]]:
    """Return what became of the sources of those whose source changed; the documents are locked from here on."""
    sources = await uow.document_answers.lock_all({each.source_id for each in chosen})
    found = {}
    for each in chosen:
        source = sources[each.source_id]
        now = SourceVersions(source.version, source.answer_version)
        found[each.id] = rules.changes(each.known, now, is_removed=source.removed_at is not None)
    return {question_id: changes for question_id, changes in found.items() if changes}


async def _write_back(
    uow: UnitOfWork, actor: Actor, ticket: TicketRecord, given: Sequence[GivenAnswer]
) -> dict[UUID, int]:
    """Return the version that each answer is in its document; one that two questionnaires gave alike is one there."""
    answers = {each.candidate.source_id: _new(each) for each in given}
    versions = await document_answers.write_all(uow, actor, list(answers.values()), ticket.id)
    return {each.candidate.id: versions[each.candidate.source_id] for each in given}


def _new(given: GivenAnswer) -> NewAnswer:
    assert given.answered_by is not None and given.answered_at is not None  # noqa: S101, PT018 - it was chosen
    return NewAnswer(given.candidate.source_id, given.candidate.value, given.answered_by, given.answered_at)


def _fact(given: GivenAnswer, written: Mapping[UUID, int]) -> dict[str, object]:
    question = given.candidate
    return {
        "question_id": question.id,
        "version": given.version,
        "sha256": digest(question.value),
        "written_version": written[question.id],
    }
