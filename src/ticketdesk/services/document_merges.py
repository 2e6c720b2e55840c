"""What a file makes of a document, part by part: changed, added, moved, taken out, answered."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from ticketdesk.domain.actors import Actor
from ticketdesk.domain.answers import judge
from ticketdesk.repositories.base import new_id
from ticketdesk.repositories.document_questions import Asked
from ticketdesk.repositories.unit_of_work import UnitOfWork
from ticketdesk.schemas.document_files import DocumentFile, FileQuestion
from ticketdesk.schemas.document_questions import DocumentQuestion
from ticketdesk.schemas.documents import Document
from ticketdesk.services import document_answers, document_questions
from ticketdesk.services.document_answers import NewAnswer


@dataclass(frozen=True, slots=True)
class _Placed:
    """A question of the file, where it belongs, and the one of the document that it is about."""

    id: UUID
    section_id: UUID
    position: int
    wanted: FileQuestion
    present: DocumentQuestion | None
    present_section_id: UUID | None

    @property
    def place(self) -> dict[str, Any]:
        """The columns that say what it is called and where it stands."""
        return {"code": self.wanted.code, "section_id": self.section_id, "position": self.position}


async def merge(uow: UnitOfWork, actor: Actor, before: Document, file: DocumentFile) -> bool:
    """Make the parts of a locked document what a sound file with all codes says; tells whether anything changed."""
    ids = {section.code: section.id for section in before.sections}
    # What is gone goes first: its codes are free then.
    is_smaller = await _remove(uow, before, file)
    has_other_sections = await _put_sections(uow, before, file, ids)
    placed = list(_placed(before, file, ids))
    is_added = await _add(uow, actor, before.id, [each for each in placed if each.present is None])
    changed = [await _change(uow, actor, each, each.present) for each in placed if each.present is not None]
    is_answered = await _answer(uow, actor, placed)
    return any((is_smaller, has_other_sections, is_added, is_answered, *changed))


async def _remove(uow: UnitOfWork, before: Document, file: DocumentFile) -> bool:
    kept_sections = {section.code for section in file.sections}
    kept = {question.code for section in file.sections for question in section.questions}
    sections = [section.id for section in before.sections if section.code not in kept_sections]
    questions = [each.id for section in before.sections for each in section.questions if each.code not in kept]
    if questions:
        await uow.document_questions.remove(questions, uow.now())
    if sections:
        await uow.document_sections.remove(sections, uow.now())
    return bool(sections or questions)


async def _put_sections(uow: UnitOfWork, before: Document, file: DocumentFile, ids: dict[str, UUID]) -> bool:
    present = {section.code: section for section in before.sections}
    added, is_changed = [], False
    for position, section in enumerate(file.sections, 1):
        code = str(section.code)
        row = {"code": code, "title": section.title, "description": section.description, "position": position}
        if code not in present:
            ids[code] = new_id()
            added.append(row | {"id": ids[code]})
            continue
        values = {name: value for name, value in row.items() if value != getattr(present[code], name)}
        await uow.document_sections.save(ids[code], values)
        is_changed = is_changed or bool(values)
    await uow.document_sections.add(before.id, added)
    return is_changed or bool(added)


def _placed(before: Document, file: DocumentFile, ids: dict[str, UUID]) -> Iterator[_Placed]:
    known = {each.code: (each, section.id) for section in before.sections for each in section.questions}
    for section in file.sections:
        for position, wanted in enumerate(section.questions, 1):
            present, section_id = known.get(str(wanted.code), (None, None))
            question_id = present.id if present else new_id()
            yield _Placed(question_id, ids[str(section.code)], position, wanted, present, section_id)


async def _add(uow: UnitOfWork, actor: Actor, document_id: UUID, new: list[_Placed]) -> bool:
    asked = [Asked(each.id, 1, each.wanted.content()) for each in new]
    await uow.document_questions.add(document_id, [{"id": each.id, **each.place} for each in new], asked, uow.now())
    await uow.document_questions.keep(asked, actor.user_id, uow.now())
    return bool(new)


async def _change(uow: UnitOfWork, actor: Actor, placed: _Placed, present: DocumentQuestion) -> bool:
    place = {"code": present.code, "section_id": placed.present_section_id, "position": present.position}
    values = {name: value for name, value in placed.place.items() if value != place[name]}
    content = placed.wanted.content()
    if content != present.content():
        values |= await document_questions.change(uow, actor, present, content)
    if values:
        await uow.document_questions.save(present.id, values, uow.now())
    return bool(values)


async def _answer(uow: UnitOfWork, actor: Actor, placed: list[_Placed]) -> bool:
    new = [found for each in placed if (found := _new_answer(uow, actor, each)) is not None]
    if new:
        await document_answers.write_all(uow, actor, new)
    return bool(new)


def _new_answer(uow: UnitOfWork, actor: Actor, placed: _Placed) -> NewAnswer | None:
    """Return the file's answer, ``None`` where it has none or says what the document says already."""
    given, present = placed.wanted.answer, placed.present
    if given is None:
        return None
    value = judge(placed.wanted.kind, placed.wanted.content().options, given.value)
    now = (present.answer, present.answered_by, present.answered_at) if present else (None, None, None)
    if value == now[0] and (value is None or _is_by_the_same(placed, now[1:])):
        return None
    return NewAnswer(placed.id, value, given.answered_by or actor.name, given.answered_at or uow.now())


def _is_by_the_same(placed: _Placed, present: tuple[Any, Any]) -> bool:
    answer = placed.wanted.answer
    named = (answer.answered_by, answer.answered_at) if answer else (None, None)
    return all(wanted is None or wanted == found for wanted, found in zip(named, present, strict=True))
