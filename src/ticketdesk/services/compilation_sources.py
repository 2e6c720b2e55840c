"""What may be picked from documents, by ids that stand in bodies."""

from collections.abc import Collection, Sequence
from uuid import UUID

from ticketdesk.domain import compilations as rules
from ticketdesk.domain.actors import Actor
from ticketdesk.domain.compilations import SourceKind, SourceQuestion
from ticketdesk.domain.errors import FieldError, InvalidInput
from ticketdesk.domain.permissions import Permission
from ticketdesk.repositories.compilation_sources import Source
from ticketdesk.repositories.unit_of_work import UnitOfWork
from ticketdesk.schemas.compilations import CompilationSource


async def pick(
    uow: UnitOfWork, actor: Actor, kind: SourceKind, source_id: UUID, pointer: str
) -> Sequence[SourceQuestion]:
    """Return the questions of a document, a section, or one question, in the document's order.

    Raises ``NotPermitted``, and ``InvalidInput`` at ``pointer``: ``unknown_reference``, ``source_removed``,
    ``document_archived``, ``nothing_to_ask`` where there are none.
    """
    await _require(uow, actor, kind, source_id, pointer)
    return _some(await uow.compilation_sources.questions(kind, source_id), pointer)


async def choose(uow: UnitOfWork, actor: Actor, source: CompilationSource) -> tuple[str, Sequence[SourceQuestion]]:
    """Return the title of a document and what is chosen of it, in its order: everything where nothing is named.

    Raises as ``pick``; names each section and question that the document does not have (``unknown_reference``), and
    each question that is named twice, by itself or with its section (``duplicate``, ``duplicate_question``).
    """
    pointer = "/source/document_id"
    document = await _require(uow, actor, SourceKind.DOCUMENT, source.document_id, pointer)
    questions = _some(await uow.compilation_sources.questions(SourceKind.DOCUMENT, source.document_id), pointer)
    if not source.section_ids and not source.question_ids:
        return document.document_title, questions
    sections = await uow.compilation_sources.sections(source.document_id)
    _require_known(source.section_ids, sections, "/source/section_ids")
    _require_known(source.question_ids, {question.id for question in questions}, "/source/question_ids")
    chosen = [one for one in questions if one.section_id in source.section_ids]
    _require_outside({one.id for one in chosen}, source.question_ids)
    chosen = [one for one in questions if one in chosen or one.id in source.question_ids]
    return document.document_title, _some(chosen, "/source/section_ids")


async def _require(uow: UnitOfWork, actor: Actor, kind: SourceKind, source_id: UUID, pointer: str) -> Source:
    actor.require(Permission.DOCUMENTS_READ)
    source = await uow.compilation_sources.find(kind, source_id)
    if source is None:
        raise InvalidInput.at(pointer, "unknown_reference", f"No such {kind}.")
    if source.is_removed:
        raise InvalidInput.at(pointer, "source_removed", f"This {kind} was removed from its document.")
    if source.is_archived:
        raise InvalidInput.at(pointer, "document_archived", "The document is archived.")
    return source


def _some(questions: Sequence[SourceQuestion], pointer: str) -> Sequence[SourceQuestion]:
    if not questions:
        raise InvalidInput.at(pointer, "nothing_to_ask", "There are no questions in this.")
    return questions


def _require_known(named: Sequence[UUID], known: Collection[UUID], pointer: str) -> None:
    rules.require_distinct(named, pointer)
    errors = [
        FieldError(f"{pointer}/{index}", "unknown_reference", "The document does not have this.")
        for index, one in enumerate(named)
        if one not in known
    ]
    if errors:
        raise InvalidInput(*errors)


def _require_outside(chosen: Collection[UUID], question_ids: Sequence[UUID]) -> None:
    errors = [
        FieldError(f"/source/question_ids/{index}", "duplicate_question", "It is chosen with its section already.")
        for index, question_id in enumerate(question_ids)
        if question_id in chosen
    ]
    if errors:
        raise InvalidInput(*errors)
