"""Questions of documents: added, changed, moved, taken out; each version of what they asked is kept."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from ticketdesk.domain.actors import Actor
from ticketdesk.domain.answers import AnswerValue, Unfit, judge
from ticketdesk.domain.document_questions import QuestionContent, errors_in
from ticketdesk.domain.documents import QUESTION_MARK, QuestionKind, free_code, require_free, require_room
from ticketdesk.domain.errors import InvalidInput, NotFound
from ticketdesk.domain.positions import moved, placed, renumbered
from ticketdesk.domain.versions import Expected
from ticketdesk.repositories.base import new_id
from ticketdesk.repositories.document_questions import Asked
from ticketdesk.repositories.unit_of_work import UnitOfWork
from ticketdesk.schemas.document_questions import DocumentQuestion, DocumentQuestionCreate, DocumentQuestionPatch
from ticketdesk.schemas.document_sections import DocumentSection
from ticketdesk.schemas.documents import Document
from ticketdesk.services import document_answers, document_sections, documents
from ticketdesk.services.documents import Changed

_CONTENT = frozenset(QuestionContent.__dataclass_fields__)


async def create(
    uow: UnitOfWork,
    actor: Actor,
    document_id: UUID,
    section_id: UUID,
    data: DocumentQuestionCreate,
    expected: Expected = None,
) -> Changed[DocumentQuestion]:
    """Return the new question.

    Raises as ``documents.begin`` does, ``NotFound`` for the section, ``InvalidInput`` (``too_many_questions``,
    ``code_taken``, and as ``domain/document_questions.py`` has it).
    """
    document = await documents.begin(uow, document_id, expected)
    section = document_sections.find(document, section_id)
    require_room(document.section_count, document.question_count + 1, "")
    code = _code(document, data.code)
    asked = Asked(new_id(), 1, _judged(data.content()))
    order = placed(list(_positions(section)), [asked.question_id], data.position)
    place = order.index(asked.question_id) + 1
    row = {"id": asked.question_id, "section_id": section_id, "code": code, "position": place}
    await uow.document_questions.add(document_id, [row], [asked], uow.now())
    await uow.document_questions.keep([asked], actor.user_id, uow.now())
    await uow.document_questions.place(renumbered(order, _positions(section) | {asked.question_id: place}))
    return await _after(uow, document_id, asked.question_id)


async def update(
    uow: UnitOfWork,
    actor: Actor,
    document_id: UUID,
    question_id: UUID,
    patch: DocumentQuestionPatch,
    expected: Expected = None,
) -> Changed[DocumentQuestion]:
    """Return the question after ``patch``; an answer that is none to it any more is taken back.

    Raises as ``create`` does, ``InvalidInput`` (``unknown_reference``) for a section that is none of the document's.
    """
    document = await documents.begin(uow, document_id, expected)
    section, question = find(document, question_id)
    given = patch.given()
    content = _judged(_patched(question, given))
    values: dict[str, Any] = {}
    if given.get("code", question.code) != question.code:
        values["code"] = _code(document, given["code"])
    target = _target(document, section, given)
    is_moved = target is not section or given.get("position", question.position) != question.position
    if is_moved:
        await _move(uow, section, target, question_id, given.get("position"))
    if content != question.content():
        values |= await change(uow, actor, question, content)
    if not values and not is_moved:
        return Changed(document.version, question)
    await uow.document_questions.save(question_id, values, uow.now())
    return await _after(uow, document_id, question_id)


async def answer(
    uow: UnitOfWork,
    actor: Actor,
    document_id: UUID,
    question_id: UUID,
    value: AnswerValue,
    expected: Expected = None,
) -> Changed[DocumentQuestion]:
    """Return the question with its new answer, ``None`` to take it back.

    Raises as ``documents.begin`` does, ``NotFound``, ``InvalidInput`` at ``/value``: ``files_unexpected``, for files
    come from tickets alone, and as ``domain/answers.py`` judges.
    """
    document = await documents.begin(uow, document_id, expected)
    _, question = find(document, question_id)
    if question.kind is QuestionKind.FILE and value is not None:
        raise InvalidInput.at("/value", "files_unexpected", "Files come from the answers of a ticket.")
    judged = judge(question.kind, question.content().options, value)
    if isinstance(judged, Unfit):
        raise InvalidInput.at("/value", judged.code, judged.detail)
    await document_answers.write(uow, actor, question_id, judged, actor.name, uow.now())
    after = await documents.get(uow, document_id)
    return Changed(after.version, find(after, question_id)[1])


async def change(uow: UnitOfWork, actor: Actor, question: DocumentQuestion, content: QuestionContent) -> dict[str, Any]:
    """Keep a new version of what a question asks, and return the columns that say it.

    Its answer is taken back where it is none to the question as it is then. The document is locked.
    """
    asked = Asked(question.id, question.version + 1, content)
    await uow.document_questions.keep([asked], actor.user_id, uow.now())
    if question.answer is not None and not content.is_answered_by(question.answer):
        await document_answers.write(uow, actor, question.id, None, actor.name, uow.now())
    return content.kept() | {"version": asked.version}


async def remove(uow: UnitOfWork, document_id: UUID, question_id: UUID, expected: Expected = None) -> int:
    """Take a question out of its document; its history stays. Returns the document's new version.

    Raises as ``documents.begin`` does, and ``NotFound``.
    """
    document = await documents.begin(uow, document_id, expected)
    section, _ = find(document, question_id)
    await uow.document_questions.remove([question_id], uow.now())
    order = [other for other in _positions(section) if other != question_id]
    await uow.document_questions.place(renumbered(order, _positions(section)))
    return (await documents.end(uow, document_id)).version


def find(document: Document, question_id: UUID) -> tuple[DocumentSection, DocumentQuestion]:
    """Return a question of the document with its section; raises ``NotFound``."""
    for section in document.sections:
        for question in section.questions:
            if question.id == question_id:
                return section, question
    raise NotFound("Question")


def codes(document: Document) -> set[str]:
    """Return the codes of all questions of the document."""
    return {question.code for section in document.sections for question in section.questions}


def _code(document: Document, wanted: str | None) -> str:
    taken = codes(document)
    if wanted is None:
        return free_code(QUESTION_MARK, taken)
    require_free(wanted, taken)
    return wanted


def _judged(content: QuestionContent) -> QuestionContent:
    errors = errors_in(content)
    if errors:
        raise InvalidInput(*errors)
    return content


def _patched(question: DocumentQuestion, given: dict[str, Any]) -> QuestionContent:
    changed = {name: value for name, value in given.items() if name in _CONTENT}
    if changed.get("options") is not None:
        changed["options"] = [option.model_dump() for option in changed["options"]]
    return replace(question.content(), **changed)


def _target(document: Document, section: DocumentSection, given: dict[str, Any]) -> DocumentSection:
    wanted = given.get("section_id", section.id)
    found = next((other for other in document.sections if other.id == wanted), None)
    if found is None:
        raise InvalidInput.at("/section_id", "unknown_reference", "The document has no such section.")
    return found


async def _move(
    uow: UnitOfWork, section: DocumentSection, target: DocumentSection, question_id: UUID, position: int | None
) -> None:
    if target is section:
        order = moved(list(_positions(section)), question_id, position or len(section.questions))
        await uow.document_questions.place(renumbered(order, _positions(section)))
        return
    left = [other for other in _positions(section) if other != question_id]
    order = placed(list(_positions(target)), [question_id], position)
    await uow.document_questions.save(question_id, {"section_id": target.id}, uow.now())
    await uow.document_questions.place(renumbered(left, _positions(section)) | renumbered(order, _positions(target)))


def _positions(section: DocumentSection) -> dict[UUID, int]:
    """Return the positions of the section's questions, in their order."""
    return {question.id: question.position for question in section.questions}


async def _after(uow: UnitOfWork, document_id: UUID, question_id: UUID) -> Changed[DocumentQuestion]:
    document = await documents.end(uow, document_id)
    return Changed(document.version, find(document, question_id)[1])
