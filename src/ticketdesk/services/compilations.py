"""Compilations: begun, kept and edited, and frozen when they are sent (spec: product.md section 6)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any
from uuid import UUID

from ticketdesk.domain import compilations as rules
from ticketdesk.domain import versions
from ticketdesk.domain.actors import Actor
from ticketdesk.domain.compilations import AskedQuestionnaire, Frozen, PickedItem
from ticketdesk.domain.errors import FieldError, InvalidInput, NotFound
from ticketdesk.domain.paging import Page, PageRequest
from ticketdesk.domain.permissions import Permission
from ticketdesk.domain.versions import Expected
from ticketdesk.repositories.compilations import CompilationRecord
from ticketdesk.repositories.questionnaires import QuestionnaireRecord
from ticketdesk.repositories.unit_of_work import UnitOfWork
from ticketdesk.schemas.compilations import (
    Compilation,
    CompilationCreate,
    CompilationPatch,
    CompilationQuery,
    CompilationSummary,
    Questionnaire,
    QuestionnaireItem,
)
from ticketdesk.services import compilation_sources


async def get(uow: UnitOfWork, compilation_id: UUID) -> Compilation:
    """Return a compilation with its questions as their documents have them now; raises ``NotFound``."""
    summary = await uow.compilations.find(compilation_id)
    if summary is None:
        raise NotFound("Compilation")
    items = _by_questionnaire(await uow.questionnaires.items(compilation_id))
    sent = _by_question(await uow.compilation_revisions.content(compilation_id, summary.sent_revision))
    questionnaires = [
        Questionnaire(**asdict(one), position=position, items=_shown(items[one.id], sent))
        for position, one in enumerate(await uow.questionnaires.standing(compilation_id), 1)
    ]
    return Compilation(**dict(summary), questionnaires=questionnaires)


async def page(uow: UnitOfWork, query: CompilationQuery, request: PageRequest) -> Page[CompilationSummary]:
    """Return a page of compilations."""
    return await uow.compilations.page(query, request)


async def create(uow: UnitOfWork, actor: Actor, data: CompilationCreate) -> Compilation:
    """Return the new compilation: empty, or with one questionnaire of what was chosen of a document.

    Raises ``InvalidInput`` and ``NotPermitted`` as ``compilation_sources.choose``; ``too_many_questions``.
    """
    chosen = await compilation_sources.choose(uow, actor, data.source) if data.source else None
    compilation_id = await uow.compilations.add(data.name, data.description, actor.user_id, uow.now())
    if chosen is not None:
        title, questions = chosen
        rules.require_room(len(questions), "/source/document_id")
        questionnaire_id = await uow.questionnaires.add(compilation_id, title, "", position=1)
        await uow.questionnaires.add_items(questionnaire_id, [question.id for question in questions], position=1)
    return await get(uow, compilation_id)


async def change(
    uow: UnitOfWork, compilation_id: UUID, patch: CompilationPatch, expected: Expected = None
) -> Compilation:
    """Return the compilation after ``patch``, which changes nothing of what it asks.

    Raises ``NotFound``, ``StaleVersion``, ``Conflict`` (``compilation_archived``).
    """
    compilation = await lock(uow, compilation_id, expected)
    changed = {name: value for name, value in patch.given().items() if value != getattr(compilation, name)}
    if changed:
        await uow.compilations.save(compilation, changed, uow.now())
    return await get(uow, compilation_id)


async def set_archived(
    uow: UnitOfWork, compilation_id: UUID, *, is_archived: bool, expected: Expected = None
) -> Compilation:
    """Archive or reactivate; once more changes nothing. Raises ``NotFound``, ``StaleVersion``."""
    compilation = _found(await uow.compilations.lock(compilation_id))
    versions.require(compilation.version, expected)
    if compilation.is_archived != is_archived:
        await uow.compilations.save(compilation, {"archived_at": uow.now() if is_archived else None}, uow.now())
    return await get(uow, compilation_id)


async def lock(uow: UnitOfWork, compilation_id: UUID, expected: Expected) -> CompilationRecord:
    """Return a compilation for a change, with nobody else changing or sending it meanwhile.

    Raises ``NotFound``, ``StaleVersion``, ``Conflict`` (``compilation_archived``).
    """
    compilation = _found(await uow.compilations.lock(compilation_id))
    versions.require(compilation.version, expected)
    rules.require_not_archived(is_archived=compilation.is_archived)
    return compilation


async def save_content(uow: UnitOfWork, compilation: CompilationRecord) -> Compilation:
    """Note that what a locked compilation asks has changed, and return it; after a sending the next revision begins."""
    revision = rules.revision_after_change(compilation.revision, compilation.newest_sent)
    await uow.compilations.save(compilation, {"revision": revision}, uow.now())
    return await get(uow, compilation.id)


async def require(uow: UnitOfWork, actor: Actor, compilation_ids: Sequence[UUID], pointer: str) -> None:
    """Raise ``InvalidInput`` for each id in a body that names no compilation, or an archived one.

    The codes are ``unknown_reference`` and ``compilation_archived``, at ``pointer`` with the place in the list. Raises
    ``NotPermitted`` for who may read no compilations.
    """
    actor.require(Permission.COMPILATIONS_READ)
    known = await uow.compilations.archived_among(compilation_ids)
    errors = []
    for index, compilation_id in enumerate(compilation_ids):
        if compilation_id not in known:
            errors.append(FieldError(f"{pointer}/{index}", "unknown_reference", "No such compilation."))
        elif known[compilation_id]:
            errors.append(FieldError(f"{pointer}/{index}", "compilation_archived", "This compilation is archived."))
    if errors:
        raise InvalidInput(*errors)


async def freeze(uow: UnitOfWork, actor: Actor, compilation_id: UUID, pointer: str | None = None) -> Frozen:
    """Return what a compilation asks now, for a ticket to copy, and keep that as a revision unless it is kept.

    Where a document has changed a question that was sent before, this is the next revision. The compilation stays
    locked until the transaction ends: who freezes several takes them in the order of their ids.
    Raises ``NotFound``, and what keeps it from being sent (``domain.compilations.obstacles``) as ``InvalidInput`` at
    ``pointer``, without one as ``Conflict``.
    """
    compilation = _found(await uow.compilations.lock(compilation_id))
    items = await uow.questionnaires.items(compilation_id)
    asked = _asked(await uow.questionnaires.standing(compilation_id), _by_questionnaire(items))
    gone = [item for item in items if item.is_removed or item.is_archived]
    rules.require_sendable(asked, gone, pointer, is_archived=compilation.is_archived)
    revision = await _keep(uow, actor, compilation, rules.kept_content(asked))
    return Frozen(compilation.id, compilation.name, revision, asked)


async def _keep(uow: UnitOfWork, actor: Actor, compilation: CompilationRecord, content: Mapping[str, Any]) -> int:
    is_sent = compilation.revision == compilation.newest_sent
    if is_sent and content == await uow.compilation_revisions.content(compilation.id, compilation.revision):
        return compilation.revision
    revision = rules.revision_after_change(compilation.revision, compilation.newest_sent)
    if revision != compilation.revision:
        await uow.compilations.save(compilation, {"revision": revision}, uow.now())
    await uow.compilation_revisions.add(compilation.id, revision, content, actor.user_id, uow.now())
    return revision


def _found(compilation: CompilationRecord | None) -> CompilationRecord:
    if compilation is None:
        raise NotFound("Compilation")
    return compilation


def _by_questionnaire(items: Iterable[PickedItem]) -> Mapping[UUID, list[PickedItem]]:
    found = defaultdict[UUID, list[PickedItem]](list)
    for item in items:
        found[item.questionnaire_id].append(item)
    return found


def _by_question(content: Mapping[str, Any] | None) -> Mapping[str, Mapping[str, Any]]:
    kept = content["questionnaires"] if content else []
    return {question["question_id"]: question for one in kept for question in one["questions"]}


def _shown(items: Iterable[PickedItem], sent: Mapping[str, Mapping[str, Any]]) -> list[QuestionnaireItem]:
    return [
        QuestionnaireItem.model_validate(
            item.question.kept()
            | {"id": item.id, "position": position, "section_id": item.section_id, "code": item.code}
            | {"source": item.state(sent.get(str(item.question.question_id)))}
        )
        for position, item in enumerate(items, 1)
    ]


def _asked(
    questionnaires: Iterable[QuestionnaireRecord], items: Mapping[UUID, list[PickedItem]]
) -> tuple[AskedQuestionnaire, ...]:
    return tuple(
        AskedQuestionnaire(one.id, one.name, one.instructions, tuple(item.question for item in items[one.id]))
        for one in questionnaires
    )
