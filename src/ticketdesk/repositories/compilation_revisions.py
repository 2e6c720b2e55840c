"""What compilations asked each time they were sent; rows are written once."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Uuid, bindparam, cast, func, literal_column, select

from ticketdesk.domain.paging import Page, PageRequest
from ticketdesk.models.compilations import compilation_revisions
from ticketdesk.repositories import ticket_columns as columns
from ticketdesk.repositories.base import Repository
from ticketdesk.repositories.keyset import collect, one_page
from ticketdesk.repositories.statements import Row, Statement
from ticketdesk.schemas.compilation_revisions import CompilationRevision, CompilationRevisionSummary

_r = compilation_revisions.c
_SUMMARY = (_r.revision, columns.user(_r.created_by_id).label("created_by"), _r.created_at)
_OF_ONE = _r.compilation_id == bindparam("compilation_id", type_=Uuid)
_CONTENT = Statement(select(_r.content).where(_OF_ONE, _r.revision == bindparam("revision")))
# Cursors need an id to break ties of time. Revisions have a number instead, which is written as an id here.
_NUMBER_AS_ID = cast(func.lpad(func.to_hex(_r.revision), literal_column("32"), literal_column("'0'")), Uuid)


class CompilationRevisionRepository(Repository):
    """The compilation is locked while a revision is added."""

    async def content(self, compilation_id: UUID, revision: int | None) -> dict[str, Any] | None:
        """Return what is kept of a revision, ``None`` if it was never sent (as ``None`` never was)."""
        if revision is None:
            return None
        content: dict[str, Any] | None = await self._scalar(_CONTENT, compilation_id=compilation_id, revision=revision)
        return content

    async def add(
        self, compilation_id: UUID, revision: int, content: Mapping[str, Any], user_id: UUID | None, now: datetime
    ) -> None:
        """Keep a revision."""
        row = {"compilation_id": compilation_id, "revision": revision, "content": dict(content)}
        await self._insert(compilation_revisions, row | {"created_by_id": user_id, "created_at": now})

    async def find(self, compilation_id: UUID, revision: int) -> CompilationRevision | None:
        """Return a revision with what it asked."""
        wanted = select(*_SUMMARY, _r.content).where(_r.compilation_id == compilation_id, _r.revision == revision)
        row = await self._one(wanted)
        return CompilationRevision.model_validate(dict(row) | row["content"]) if row else None

    async def page(self, compilation_id: UUID, request: PageRequest) -> Page[CompilationRevisionSummary]:
        """Return a page of the revisions that were sent, oldest first."""
        wanted = select(*_SUMMARY, _NUMBER_AS_ID.label("id")).where(_r.compilation_id == compilation_id)
        return collect(await self._all(one_page(wanted, _r.created_at, _NUMBER_AS_ID, request)), request, _summary)


def _summary(row: Row) -> CompilationRevisionSummary:
    return CompilationRevisionSummary.model_validate(dict(row))
