"""What a ticket asks a recipient, with what was answered so far: one statement, in the order of the sheet."""

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any
from uuid import UUID

from ticketdesk.domain import answers as rules
from ticketdesk.domain.actors import Actor
from ticketdesk.domain.documents import Module, QuestionKind
from ticketdesk.models.answers import delegations
from ticketdesk.models.contacts import contacts
from ticketdesk.models.task_contents import ticket_questionnaires, ticket_questions
from ticketdesk.repositories.answers import STATE, asked, facts_of
from ticketdesk.repositories.base import Repository
from ticketdesk.repositories.statements import Row, Statement
from ticketdesk.schemas.answers import (
    AnswerOption,
    Completeness,
    PortalAnswer,
    PortalAnswers,
    PortalDelegation,
    PortalPerson,
    PortalQuestion,
    PortalQuestionnaire,
)

_q = ticket_questions.c
_n = ticket_questionnaires.c
_d = delegations.c
_delegate = contacts.alias("delegate")
_delegator = contacts.alias("delegator")
_AS_SENT = ("id", "text", "guidance", "unit", "is_required", "document_title", "section_title", "known_answer")
_SHEET = Statement(
    asked(
        *(_q[name] for name in (*_AS_SENT, "kind", "options", "module")),
        *(_n[name].label(f"questionnaire_{name}") for name in ("id", "name", "instructions")),
        *STATE,
        _d.id.label("delegation_id"),
        _d.note.label("delegation_note"),
        _d.from_contact_id,
        _delegate.c.name.label("to_name"),
        _delegator.c.name.label("from_name"),
    )
    .join(ticket_questionnaires, _n.id == _q.ticket_questionnaire_id)
    .outerjoin(_delegate, _delegate.c.id == _d.to_contact_id)
    .outerjoin(_delegator, _delegator.c.id == _d.from_contact_id)
    .order_by(_n.position, _n.id, _q.position, _q.id)
)


class PortalAnswerRepository(Repository):
    """Reads for those who answer; every one asks for what the reader sees."""

    async def sheet(self, ticket_id: UUID, actor: Actor, *, is_open: bool) -> PortalAnswers:
        """Return what ``actor`` is asked on a ticket they see; ``is_open`` says whether it takes answers."""
        rows = await self._all(_SHEET, ticket_id=ticket_id, reader_id=actor.contact_id)
        grouped = groupby(rows, key=lambda row: row["questionnaire_id"])
        listed = [_questionnaire(list(group), actor, is_open=is_open) for _, group in grouped]
        return PortalAnswers.model_construct(questionnaires=listed, completeness=_completeness(rows))


def _questionnaire(rows: Sequence[Row], actor: Actor, *, is_open: bool) -> PortalQuestionnaire:
    return PortalQuestionnaire.model_construct(
        **{name: rows[0][f"questionnaire_{name}"] for name in ("id", "name", "instructions")},
        completeness=_completeness(rows),
        questions=[_question(row, actor, is_open=is_open) for row in rows],
    )


def _question(row: Row, actor: Actor, *, is_open: bool) -> PortalQuestion:
    return PortalQuestion.model_construct(
        **{name: row[name] for name in _AS_SENT},
        kind=QuestionKind(row["kind"]),
        options=_options(row["options"]),
        module=Module(row["module"]),
        answer=_answer(row),
        delegation=_delegation(row, actor),
        can_answer=is_open and rules.is_answerable(facts_of(row), actor.contact_id),
    )


def _options(stored: Sequence[dict[str, Any]] | None) -> list[AnswerOption] | None:
    if stored is None:
        return None
    return [AnswerOption.model_construct(key=option["key"], label=option["label"]) for option in stored]


def _answer(row: Row) -> PortalAnswer | None:
    if row["version"] is None:
        return None
    return PortalAnswer.model_construct(
        value=row["value"],
        note=row["note"],
        version=row["version"],
        author_name=row["answered_by_name"],
        answered_at=row["answered_at"],
        is_accepted=row["is_accepted"],
    )


def _delegation(row: Row, actor: Actor) -> PortalDelegation | None:
    if row["delegation_id"] is None:
        return None
    return PortalDelegation.model_construct(
        id=row["delegation_id"],
        to=PortalPerson.model_construct(contact_id=row["delegated_to"], name=row["to_name"]),
        from_name=row["from_name"],
        note=row["delegation_note"],
        can_end=row["from_contact_id"] == actor.contact_id,
    )


def _completeness(rows: Iterable[Row]) -> Completeness:
    counted = rules.Completeness.of((row["is_required"], row["value"] is not None) for row in rows)
    return Completeness.model_construct(
        total=counted.total, required=counted.required, answered=counted.answered, missing=counted.missing
    )
