"""Compilations, without what is in them; whoever may read any sees all of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, Uuid, bindparam, func, select, update

from ticketdesk.domain.paging import Page, PageRequest
from ticketdesk.models.compilations import compilation_revisions, compilations, questionnaire_items, questionnaires
from ticketdesk.repositories import ticket_columns as columns
from ticketdesk.repositories.base import Repository, new_id
from ticketdesk.repositories.id_arrays import one_of_ids
from ticketdesk.repositories.keyset import collect, one_page
from ticketdesk.repositories.search import contains
from ticketdesk.repositories.statements import Row, Statement
from ticketdesk.schemas.compilations import CompilationQuery, CompilationSummary

_c = compilations.c
_q = questionnaires.c
_r = compilation_revisions.c
_NEWEST_SENT = select(func.max(_r.revision)).where(_r.compilation_id == _c.id).scalar_subquery()
_STANDING = (_q.compilation_id == _c.id, _q.removed_at.is_(None))
_ITEMS = questionnaires.join(questionnaire_items, questionnaire_items.c.questionnaire_id == _q.id)
_SUMMARY: Select[Any] = select(
    _c.id,
    _c.name,
    _c.description,
    _c.revision,
    _NEWEST_SENT.label("sent_revision"),
    select(func.count()).select_from(questionnaires).where(*_STANDING).scalar_subquery().label("questionnaire_count"),
    select(func.count()).select_from(_ITEMS).where(*_STANDING).scalar_subquery().label("question_count"),
    columns.user(_c.created_by_id).label("created_by"),
    _c.created_at,
    _c.updated_at,
    _c.archived_at.is_not(None).label("archived"),
    _c.version,
)
_ONE = _c.id == bindparam("compilation_id", type_=Uuid)
_GET = Statement(_SUMMARY.where(_ONE))
_LOCK = Statement(
    select(_c.id, _c.name, _c.description, _c.revision, _c.version, _c.archived_at.is_not(None).label("is_archived"))
    .where(_ONE)
    .with_for_update(key_share=True)
)
_OF_ONE = _r.compilation_id == bindparam("compilation_id", type_=Uuid)
_NEWEST = Statement(select(func.max(_r.revision).label("revision")).where(_OF_ONE))


@dataclass(frozen=True, slots=True)
class CompilationRecord:
    """A compilation under a lock; nothing in it changes meanwhile. ``newest_sent`` is the newest revision kept."""

    id: UUID
    name: str
    description: str
    revision: int
    version: int
    is_archived: bool
    newest_sent: int | None


class CompilationRepository(Repository):
    """A compilation is locked before anything in it is changed or sent."""

    async def find(self, compilation_id: UUID) -> CompilationSummary | None:
        """Return the compilation without its questionnaires."""
        row = await self._one(_GET, compilation_id=compilation_id)
        return _summary(row) if row else None

    async def lock(self, compilation_id: UUID) -> CompilationRecord | None:
        """Return the compilation, and keep others from changing or sending it until the transaction ends."""
        row = await self._one(_LOCK, compilation_id=compilation_id)
        if row is None:
            return None
        # Another statement: it sees the revision that whoever held the lock before has written.
        newest = await self._scalar(_NEWEST, compilation_id=compilation_id)
        return CompilationRecord(**dict(row), newest_sent=newest)

    async def page(self, query: CompilationQuery, request: PageRequest) -> Page[CompilationSummary]:
        """Return a page of the compilations that match."""
        rows = await self._all(one_page(_narrowed(query), _c.created_at, _c.id, request))
        return collect(rows, request, _summary)

    async def add(self, name: str, description: str, user_id: UUID | None, now: datetime) -> UUID:
        """Insert an empty compilation and return its id."""
        compilation_id = new_id()
        row = {"id": compilation_id, "name": name, "description": description, "created_by_id": user_id}
        await self._insert(compilations, row | {"created_at": now, "updated_at": now})
        return compilation_id

    async def save(self, compilation: CompilationRecord, values: Mapping[str, Any], now: datetime) -> None:
        """Change a compilation that this transaction has locked; it gets its next version."""
        changed = {**values, "version": compilation.version + 1, "updated_at": now}
        await self._execute(update(compilations).where(_c.id == compilation.id).values(changed))

    async def archived_among(self, compilation_ids: Sequence[UUID]) -> Mapping[UUID, bool]:
        """Return those of the ids that are compilations, and whether each is archived."""
        wanted = select(_c.id, _c.archived_at.is_not(None).label("is_archived"))
        rows = await self._all(wanted.where(one_of_ids(_c.id, compilation_ids)))
        return {row["id"]: row["is_archived"] for row in rows}


def _narrowed(query: CompilationQuery) -> Select[Any]:
    is_archived = _c.archived_at.is_not(None)
    statement = _SUMMARY.where(is_archived if query.archived else ~is_archived)
    return statement if query.q is None else statement.where(contains(_c.name, query.q))


def _summary(row: Row) -> CompilationSummary:
    return CompilationSummary.model_validate(dict(row))
