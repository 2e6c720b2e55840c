"""The questions of a task as staff see them: two statements, however many questions and recipients there are."""

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any
from uuid import UUID

from sqlalchemy import and_, bindparam, case, exists, func, select

from ticketdesk.domain import acceptance
from ticketdesk.domain import answers as rules
from ticketdesk.domain.acceptance import SourceChange, SourceVersions
from ticketdesk.domain.documents import Module, QuestionKind
from ticketdesk.domain.paging import Page, PageRequest
from ticketdesk.models.answers import answer_entries, answers, delegations
from ticketdesk.models.contacts import contacts
from ticketdesk.models.documents import document_questions
from ticketdesk.models.task_contents import ticket_questionnaires, ticket_questions
from ticketdesk.models.tickets import ticket_recipients
from ticketdesk.models.users import users
from ticketdesk.repositories.base import Repository
from ticketdesk.repositories.keyset import collect, id_of_version, one_page
from ticketdesk.repositories.statements import Row, Statement
from ticketdesk.repositories.visibility import asked_of
from ticketdesk.schemas.answers import AnswerOption, Completeness, PortalPerson
from ticketdesk.schemas.ticket_answers import (
    Acceptance,
    AnsweringRecipient,
    TicketAnswer,
    TicketAnswerEntry,
    TicketAnswers,
    TicketDelegation,
    TicketQuestion,
    TicketQuestionnaire,
)
from ticketdesk.schemas.tickets import Named

_q = ticket_questions.c
_n = ticket_questionnaires.c
_a = answers.c
_d = delegations.c
_s = document_questions.c
_e = answer_entries.c
_r = ticket_recipients.c
_delegate = contacts.alias("delegate")
_delegator = contacts.alias("delegator")
_AS_SENT = (
    "id", "question_version", "text", "guidance", "unit", "is_required", "document_title", "section_title",
    "known_answer", "withdrawn_at",
)  # fmt: skip
_OF_QUESTIONNAIRE = ("id", "compilation_id", "name", "instructions", "withdrawn_at")
_SHEET = Statement(
    select(
        *(_q[name] for name in (*_AS_SENT, "kind", "options", "module", "answer_version")),
        _q.question_id.label("source_id"),
        *(_n[name].label(f"questionnaire_{name}") for name in _OF_QUESTIONNAIRE),
        _n.questionnaire_id.label("source_questionnaire_id"),
        *(_a[name] for name in ("value", "note", "version", "answered_by_id", "answered_by_name", "answered_at")),
        *(_a[name] for name in ("accepted_by_id", "accepted_at", "written_version")),
        users.c.name.label("accepted_by_name"),
        _d.id.label("delegation_id"),
        _d.note.label("delegation_note"),
        _d.created_at.label("delegated_at"),
        *(column.label(f"delegate_{name}") for name, column in (("id", _delegate.c.id), ("name", _delegate.c.name))),
        *(column.label(f"delegator_{name}") for name, column in (("id", _delegator.c.id), ("name", _delegator.c.name))),
        _s.document_id,
        _s.version.label("source_version"),
        _s.answer_version.label("source_answer_version"),
        _s.removed_at.is_not(None).label("is_removed"),
    )
    .select_from(ticket_questions)
    .join(ticket_questionnaires, _n.id == _q.ticket_questionnaire_id)
    .join(document_questions, _s.id == _q.question_id)
    .outerjoin(answers, _a.ticket_question_id == _q.id)
    .outerjoin(users, users.c.id == _a.accepted_by_id)
    .outerjoin(delegations, and_(_d.ticket_question_id == _q.id, _d.ended_at.is_(None)))
    .outerjoin(_delegate, _delegate.c.id == _d.to_contact_id)
    .outerjoin(_delegator, _delegator.c.id == _d.from_contact_id)
    .where(_q.ticket_id == bindparam("ticket_id"))
    .order_by(_n.position, _n.id, _q.position, _q.id)
)
_RECIPIENTS = Statement(
    select(
        _r.contact_id,
        contacts.c.name,
        _r.address.label("email"),
        _r.viewed_at,
        exists().where(users.c.contact_id == _r.contact_id).label("has_user"),
        func.count(_q.id).label("total"),
        func.count(case((_q.is_required, _q.id))).label("required"),
        func.count(_a.value).label("answered"),
        func.count(case((and_(_q.is_required, _a.value.is_(None)), _q.id))).label("missing"),
    )
    .select_from(ticket_recipients)
    .join(contacts, contacts.c.id == _r.contact_id)
    .outerjoin(ticket_questions, and_(_q.ticket_id == _r.ticket_id, asked_of(_r.contact_id)))
    .outerjoin(answers, _a.ticket_question_id == _q.id)
    .where(_r.ticket_id == bindparam("ticket_id"))
    .group_by(_r.ticket_id, _r.contact_id, contacts.c.name)
    .order_by(_r.position, _r.contact_id)
)
_IS_ASKED = Statement(select(_q.id).where(_q.ticket_id == bindparam("ticket_id"), _q.id == bindparam("question_id")))


class TicketAnswerRepository(Repository):
    """Reads for staff, who see everything of a ticket that they see."""

    async def sheet(self, ticket_id: UUID) -> TicketAnswers:
        """Return what a ticket asks in its order, withdrawn questions included, and how far its recipients are."""
        rows = await self._all(_SHEET, ticket_id=ticket_id)
        people = await self._all(_RECIPIENTS, ticket_id=ticket_id)
        grouped = groupby(rows, key=lambda row: row["questionnaire_id"])
        return TicketAnswers.model_construct(
            questionnaires=[_questionnaire(list(group)) for _, group in grouped],
            completeness=_completeness(rows),
            accepted=sum(row["accepted_at"] is not None for row in _asked(rows)),
            recipients=[_recipient(row) for row in people],
        )

    async def is_asked(self, ticket_id: UUID, question_id: UUID) -> bool:
        """Tell whether a question is one of a ticket's, withdrawn or not."""
        return await self._one(_IS_ASKED, ticket_id=ticket_id, question_id=question_id) is not None

    async def entries(self, question_id: UUID, request: PageRequest) -> Page[TicketAnswerEntry]:
        """Return a page of what a question of a ticket was ever answered with, oldest first."""
        entry_id = id_of_version(_e.version)
        kept = (
            select(answer_entries, entry_id.label("id"))
            .join(answers, _a.id == _e.answer_id)
            .where(_a.ticket_question_id == question_id)
        )
        rows = await self._all(one_page(kept, _e.answered_at, entry_id, request))
        return collect(rows, request, _entry, "answered_at")


def _asked(rows: Iterable[Row]) -> Iterable[Row]:
    return (row for row in rows if row["withdrawn_at"] is None)


def _completeness(rows: Iterable[Row]) -> Completeness:
    counted = rules.Completeness.of((row["is_required"], row["value"] is not None) for row in _asked(rows))
    return Completeness.model_construct(
        total=counted.total, required=counted.required, answered=counted.answered, missing=counted.missing
    )


def _questionnaire(rows: Sequence[Row]) -> TicketQuestionnaire:
    return TicketQuestionnaire.model_construct(
        **{name: rows[0][f"questionnaire_{name}"] for name in _OF_QUESTIONNAIRE},
        source_questionnaire_id=rows[0]["source_questionnaire_id"],
        completeness=_completeness(rows),
        questions=[_question(row) for row in rows],
    )


def _question(row: Row) -> TicketQuestion:
    options = row["options"]
    return TicketQuestion.model_construct(
        **{name: row[name] for name in (*_AS_SENT, "document_id")},
        source_question_id=row["source_id"],
        kind=QuestionKind(row["kind"]),
        options=None if options is None else [AnswerOption.model_construct(**option) for option in options],
        module=Module(row["module"]),
        answer=_answer(row),
        delegation=_delegation(row),
        warnings=_warnings(row),
    )


def _warnings(row: Row) -> list[SourceChange]:
    now = SourceVersions(row["source_version"], row["source_answer_version"])
    return acceptance.changes(known_versions(row), now, is_removed=row["is_removed"])


def known_versions(row: Row) -> SourceVersions:
    """Return the versions that a ticket goes by: those it copied, with the answer's that it wrote back if it did."""
    return SourceVersions(row["question_version"], row["written_version"] or row["answer_version"])


def _answer(row: Row) -> TicketAnswer | None:
    if row["version"] is None:
        return None
    return TicketAnswer.model_construct(
        **{name: row[name] for name in ("value", "note", "version", "answered_at")},
        author=_person(row, "answered_by"),
        acceptance=_acceptance(row),
    )


def _acceptance(row: Row) -> Acceptance | None:
    if row["accepted_at"] is None:
        return None
    by = Named.model_construct(id=row["accepted_by_id"], name=row["accepted_by_name"])
    return Acceptance.model_construct(by=by, at=row["accepted_at"], written_version=row["written_version"])


def _delegation(row: Row) -> TicketDelegation | None:
    if row["delegation_id"] is None:
        return None
    return TicketDelegation.model_construct(
        id=row["delegation_id"],
        to=_person(row, "delegate"),
        by=_person(row, "delegator"),
        note=row["delegation_note"],
        created_at=row["delegated_at"],
    )


def _person(row: Row, what: str) -> PortalPerson:
    return PortalPerson.model_construct(contact_id=row[f"{what}_id"], name=row[f"{what}_name"])


def _recipient(row: Row) -> AnsweringRecipient:
    counts: dict[str, Any] = {name: row[name] for name in ("total", "required", "answered", "missing")}
    return AnsweringRecipient.model_construct(
        **{name: row[name] for name in ("contact_id", "name", "email", "has_user", "viewed_at")},
        completeness=Completeness.model_construct(**counts),
    )


def _entry(row: Row) -> TicketAnswerEntry:
    return TicketAnswerEntry.model_construct(
        **{name: row[name] for name in ("version", "value", "note", "answered_at")},
        author=_person(row, "answered_by"),
    )
