"""Answering the questions of a task from outside: saved in between, all or nothing (spec: product.md section 6)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from ticketdesk.domain import answers as rules
from ticketdesk.domain.activities import ActivityKind
from ticketdesk.domain.actors import Actor
from ticketdesk.domain.answers import NOT_ASKED, AnswerValue, Unfit
from ticketdesk.domain.documents import QuestionKind
from ticketdesk.domain.errors import FieldError, InvalidInput, NotFound
from ticketdesk.domain.events import AnswersCompleted
from ticketdesk.repositories.answers import AnswerChange, AskedQuestion
from ticketdesk.repositories.tickets import TicketRecord
from ticketdesk.repositories.unit_of_work import UnitOfWork
from ticketdesk.schemas.answers import AnswerInput, AnswersInput, PortalAnswers
from ticketdesk.services import activities, steps


@dataclass(frozen=True, slots=True)
class _Given:
    """An answer of a request that fits its question; ``index`` is its place there, ``value`` as it is kept."""

    index: int
    said: AnswerInput
    question: AskedQuestion
    value: AnswerValue

    @property
    def note(self) -> str:
        return self.question.note if self.said.note is None else self.said.note

    @property
    def is_known(self) -> bool:
        """Whether it says what is answered already."""
        return (self.value, self.note) == (self.question.value, self.question.note)

    @property
    def is_late(self) -> bool:
        """Whether it was given for another version than the present one."""
        return "version" in self.said.model_fields_set and self.said.version != self.question.version


async def get(uow: UnitOfWork, actor: Actor, ticket_id: UUID) -> PortalAnswers:
    """Return the questions of a ticket that ``actor`` sees, with what was answered; raises ``NotFound``."""
    ticket = await uow.tickets.find(ticket_id, actor)
    if ticket is None:
        raise NotFound("Ticket")
    return await uow.portal_answers.sheet(ticket.id, actor, is_open=rules.takes_answers(ticket.facts))


async def save(uow: UnitOfWork, actor: Actor, ticket_id: UUID, data: AnswersInput) -> PortalAnswers:
    """Save answers and return all there is to answer; those that are known already change and record nothing.

    Raises ``NotFound``, ``InvalidInput`` that names each value and question which does not fit, and ``Conflict``:
    ``ticket_archived``, ``ticket_closed``, ``answer_accepted``, ``answer_delegated``, ``answer_changed``.
    """
    ticket = await steps.lock(uow, actor, ticket_id)
    rules.require_open(ticket.facts)
    asked = await uow.answers.asked(ticket.id, [said.question_id for said in data.answers], actor)
    given = await _judge(uow, ticket, data.answers, asked)
    news = [one for one in given if not one.is_known]
    rules.require_answerable({one.question.id: one.question.facts for one in news}, actor.contact_id)
    rules.require_unchanged(one.question.id for one in news if one.is_late)
    if news:
        await _write(uow, actor, ticket, [_change(one) for one in news])
    return await uow.portal_answers.sheet(ticket.id, actor, is_open=True)


async def require_file_question(uow: UnitOfWork, actor: Actor, ticket: TicketRecord, question_id: UUID) -> None:
    """Raise unless ``actor`` can answer the question of a locked ticket now, and with files.

    ``InvalidInput`` at ``/question_id`` for a question that is not asked of them, or asks for something else, and
    ``Conflict`` as ``save`` does.
    """
    rules.require_open(ticket.facts)
    asked = await uow.answers.asked(ticket.id, [question_id], actor)
    if question_id not in asked:
        raise InvalidInput.at("/question_id", NOT_ASKED.code, NOT_ASKED.detail)
    if asked[question_id].kind is not QuestionKind.FILE:
        raise InvalidInput.at("/question_id", "no_file_expected", "The answer to this question is no file.")
    rules.require_answerable({question_id: asked[question_id].facts}, actor.contact_id)


async def _judge(
    uow: UnitOfWork, ticket: TicketRecord, answers: Sequence[AnswerInput], asked: Mapping[UUID, AskedQuestion]
) -> list[_Given]:
    examined = [_examine(index, said, asked.get(said.question_id)) for index, said in enumerate(answers)]
    given = [one for one in examined if isinstance(one, _Given)]
    errors = [one for one in examined if isinstance(one, FieldError)]
    errors += [*_repetitions(answers), *await _unknown_files(uow, ticket, given)]
    if errors:
        raise InvalidInput(*errors)
    return given


def _examine(index: int, said: AnswerInput, question: AskedQuestion | None) -> _Given | FieldError:
    if question is None:
        return FieldError(f"/answers/{index}/question_id", NOT_ASKED.code, NOT_ASKED.detail)
    value = rules.judge(question.kind, question.options, said.value)
    if isinstance(value, Unfit):
        return FieldError(f"/answers/{index}/value", value.code, value.detail)
    return _Given(index, said, question, value)


def _repetitions(answers: Sequence[AnswerInput]) -> Iterable[FieldError]:
    seen: set[UUID] = set()
    for index, said in enumerate(answers):
        if said.question_id in seen:
            yield FieldError(f"/answers/{index}/question_id", "repeated_question", "This question is answered twice.")
        seen.add(said.question_id)


async def _unknown_files(uow: UnitOfWork, ticket: TicketRecord, given: Sequence[_Given]) -> list[FieldError]:
    with_files = [one for one in given if one.question.kind is QuestionKind.FILE and isinstance(one.value, list)]
    if not with_files:
        return []
    attached = await uow.attachments.of_questions(ticket.id, [one.question.id for one in with_files])
    return [
        FieldError(f"/answers/{one.index}/value/{place}", "unknown_reference", "No file of this question.")
        for one in with_files
        for place, file_id in enumerate(one.value if isinstance(one.value, list) else ())
        if (one.question.id, UUID(file_id)) not in attached
    ]


def _change(given: _Given) -> AnswerChange:
    return AnswerChange(given.question, given.value, given.note, (given.question.version or 0) + 1)


async def _write(uow: UnitOfWork, actor: Actor, ticket: TicketRecord, changes: Sequence[AnswerChange]) -> None:
    """Keep, record, and tell once that nothing is missing any more."""
    missing = await uow.answers.missing(ticket.id)
    await uow.answers.save(ticket.id, changes, actor, uow.now())
    facts = [
        {"question_id": change.question.id, "version": change.version, "sha256": rules.digest(change.value)}
        for change in changes
    ]
    after = await activities.record(uow, ticket, actor, ActivityKind.ANSWERED, answers=facts)
    await uow.tickets.save(ticket, after)
    if missing and not _still_missing(missing, changes):
        await uow.emit(AnswersCompleted(ticket.id, actor.name))


def _still_missing(missing: set[UUID], changes: Sequence[AnswerChange]) -> set[UUID]:
    given = {change.question.id for change in changes if change.value is not None}
    taken_back = {change.question.id for change in changes if change.value is None and change.question.is_required}
    return (missing - given) | taken_back
