"""Sent tasks as rows, with the documents and the compilation that they ask: for whatever comes after the sending."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Table, insert, select
from tests.factories.contacts import create_contact

from ticketdesk.bootstrap import Resources
from ticketdesk.domain.activities import ActivityKind
from ticketdesk.domain.actors import Actor, ActorKind
from ticketdesk.domain.addresses import normalise
from ticketdesk.domain.ticket_workflow import Status, TicketKind
from ticketdesk.models import compilations as asked_by
from ticketdesk.models import documents as sources
from ticketdesk.models.contacts import contact_addresses, contacts
from ticketdesk.models.task_contents import (
    recipient_questionnaires,
    ticket_compilations,
    ticket_questionnaires,
    ticket_questions,
)
from ticketdesk.models.tickets import ticket_recipients
from ticketdesk.models.users import users
from ticketdesk.repositories.base import new_id
from ticketdesk.repositories.tickets import RecipientRecord, TicketRecord
from ticketdesk.services import activities

OPTIONS = [{"key": "own", "label": "Our own servers"}, {"key": "cloud", "label": "A provider's"}]
# One questionnaire of the processing, one of the measures.
KINDS = (("text", "yes_no"), ("number", "single_choice"))


@dataclass(frozen=True)
class AskedQuestion:
    """A question of a ticket: ``id`` is its copy's, ``source_id`` the document's."""

    id: UUID
    source_id: UUID
    kind: str


@dataclass(frozen=True)
class AskedQuestionnaire:
    """A questionnaire of a ticket: ``id`` is its copy's, ``source_id`` the compilation's."""

    id: UUID
    source_id: UUID
    questions: tuple[AskedQuestion, ...]


@dataclass(frozen=True)
class Task:
    """A task that was sent; ``contact_ids`` are its recipients in their order."""

    id: UUID
    creator_id: UUID
    document_id: UUID
    section_id: UUID
    compilation_id: UUID
    questionnaires: tuple[AskedQuestionnaire, ...]
    contact_ids: tuple[UUID, ...]

    @property
    def questions(self) -> tuple[AskedQuestion, ...]:
        """All its questions, in their order."""
        return tuple(question for each in self.questionnaires for question in each.questions)


async def create_task(
    resources: Resources,
    creator_id: UUID,
    parts: Mapping[UUID, Sequence[int] | None] | None = None,
    kinds: Sequence[Sequence[str]] = KINDS,
    copied: Mapping[int, Mapping[str, Any]] | None = None,
    **fields: Any,
) -> Task:
    """Write a task that was just sent, without its mails, and return it.

    It has one questionnaire for each of ``kinds``, which are the kinds of its questions. ``parts`` says for each
    recipient which questionnaires they have, counted from 0, ``None`` being all; without it there is a new contact
    who has all. ``copied`` are columns of the ticket's copies of questions by their place, counted from 0, and
    ``fields`` those of the ticket.
    """
    parts = {await create_contact(resources): None} if parts is None else parts
    task = _planned(creator_id, tuple(parts), kinds)
    await _write_sources(resources, task)
    await _write_ticket(resources, task, fields)
    await _write_content(resources, task, parts, copied or {})
    return task


def _planned(creator_id: UUID, people: tuple[UUID, ...], kinds: Sequence[Sequence[str]]) -> Task:
    questionnaires = tuple(
        AskedQuestionnaire(new_id(), new_id(), tuple(AskedQuestion(new_id(), new_id(), kind) for kind in each))
        for each in kinds
    )
    return Task(new_id(), creator_id, new_id(), new_id(), new_id(), questionnaires, people)


async def _write(resources: Resources, *rows: tuple[Table, Sequence[Mapping[str, Any]]]) -> None:
    async with resources.engine.begin() as connection:
        for table, values in rows:
            if values:
                await connection.execute(insert(table), values)


async def _write_sources(resources: Resources, task: Task) -> None:
    now = resources.clock.now()
    made = {"created_by_id": task.creator_id, "created_at": now, "updated_at": now}
    document = {"id": task.document_id, "module": "vv", "title": "Records of processing", **made}
    section = {"id": task.section_id, "document_id": task.document_id, "code": "S1", "title": "Purpose", "position": 1}
    questions = [
        {
            "id": question.source_id,
            "document_id": task.document_id,
            "section_id": task.section_id,
            "code": f"Q{position}",
            "position": position,
            "created_at": now,
            "updated_at": now,
            **_asked(question, position),
        }
        for position, question in enumerate(task.questions, 1)
    ]
    questionnaires = [
        {"id": each.source_id, "compilation_id": task.compilation_id, "name": f"Part {position}", "position": position}
        for position, each in enumerate(task.questionnaires, 1)
    ]
    items = [
        {"id": new_id(), "questionnaire_id": each.source_id, "question_id": question.source_id, "position": position}
        for each in task.questionnaires
        for position, question in enumerate(each.questions, 1)
    ]
    await _write(
        resources,
        (sources.documents, [document]),
        (sources.document_sections, [section]),
        (sources.document_questions, questions),
        (asked_by.compilations, [{"id": task.compilation_id, "name": "Yearly review", **made}]),
        (asked_by.questionnaires, questionnaires),
        (asked_by.questionnaire_items, items),
    )


def _asked(question: AskedQuestion, position: int) -> dict[str, Any]:
    return {
        "text": f"Question {position} of kind {question.kind}?",
        "kind": question.kind,
        "options": OPTIONS if question.kind in {"single_choice", "multiple_choice"} else None,
        "unit": "months" if question.kind == "number" else None,
        "is_required": True,
    }


async def _write_ticket(resources: Resources, task: Task, fields: Mapping[str, Any]) -> None:
    now = resources.clock.now()
    columns = {
        "title": "Yearly review of the records",
        "description": "Please answer by the end of the month.",
        "priority": "normal",
        "contact_id": task.contact_ids[0],
        "assignee_id": task.creator_id,
        "newest_words_by": "staff",
        "sent_at": now,
        "pending_since": now,
        "sendings": 1,
        "last_sending_at": now,
        **fields,
    }
    async with resources.engine.connect() as connection:
        creator: str = (
            await connection.execute(select(users.c.name).where(users.c.id == task.creator_id))
        ).scalar_one()
    record = TicketRecord(
        id=task.id, kind=TicketKind.TASK, status=Status.OPEN, created_by_id=task.creator_id, created_at=now,
        updated_at=now, last_update_at=now, last_update_by=creator, last_update_kind="created", **columns,
    )  # fmt: skip
    actor = Actor(ActorKind.USER, task.creator_id, creator)
    people = [await _recipient(resources, contact_id) for contact_id in task.contact_ids]
    facts = {"to": record.status, "recipients": [person.address for person in people]}
    record, entry = activities.seal(record, actor, ActivityKind.CREATED, now, facts)
    async with resources.unit_of_work() as uow:
        await uow.tickets.add(record, monitored_item_id=None, item=None)
        uow.tickets.add_recipients(task.id, people)
        await uow.activities.add(entry)


async def _recipient(resources: Resources, contact_id: UUID) -> RecipientRecord:
    found = (
        select(contacts.c.name, contact_addresses.c.address)
        .join(contact_addresses, contact_addresses.c.contact_id == contacts.c.id)
        .where(contacts.c.id == contact_id, contact_addresses.c.position == 0)
    )
    async with resources.engine.connect() as connection:
        name, address = (await connection.execute(found)).one()
    return RecipientRecord(contact_id, name, address, normalise(address))


async def _write_content(
    resources: Resources,
    task: Task,
    parts: Mapping[UUID, Sequence[int] | None],
    copied: Mapping[int, Mapping[str, Any]],
) -> None:
    of_ticket = {"ticket_id": task.id}
    compilation = of_ticket | {"compilation_id": task.compilation_id, "position": 1, "revision": 1}
    own = [
        of_ticket | {"contact_id": contact_id, "questionnaire_id": task.questionnaires[index].source_id}
        for contact_id, indexes in parts.items()
        for index in indexes or ()
    ]
    await _write(
        resources,
        (ticket_compilations, [compilation]),
        (ticket_questionnaires, [of_ticket | copy for copy in _copies(task)]),
        (ticket_questions, [of_ticket | question for question in _questions(task, copied)]),
        (recipient_questionnaires, own),
    )
    limited = [contact_id for contact_id, indexes in parts.items() if indexes is not None]
    rows = ticket_recipients
    async with resources.engine.begin() as connection:
        is_limited = (rows.c.ticket_id == task.id) & rows.c.contact_id.in_(limited)
        await connection.execute(rows.update().where(is_limited).values(has_all_questionnaires=False))


def _copies(task: Task) -> list[dict[str, Any]]:
    return [
        {
            "id": each.id,
            "compilation_id": task.compilation_id,
            "questionnaire_id": each.source_id,
            "name": f"Part {position}",
            "position": position,
        }
        for position, each in enumerate(task.questionnaires, 1)
    ]


def _questions(task: Task, copied: Mapping[int, Mapping[str, Any]]) -> list[dict[str, Any]]:
    source = {"document_title": "Records of processing", "section_title": "Purpose"}
    empty = source | {"guidance": "", "known_answer": None}
    texts = {
        question.id: {**empty, **_asked(question, position), **copied.get(position - 1, {})}
        for position, question in enumerate(task.questions, 1)
    }
    return [
        {
            "id": question.id,
            "ticket_questionnaire_id": each.id,
            "question_id": question.source_id,
            "question_version": 1,
            "answer_version": 0,
            "module": "vv",
            "position": position,
            **texts[question.id],
        }
        for each in task.questionnaires
        for position, question in enumerate(each.questions, 1)
    ]
