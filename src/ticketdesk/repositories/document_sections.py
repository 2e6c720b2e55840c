"""Sections of documents. Whoever writes holds the document's lock; what was removed keeps its row."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import DateTime, bindparam, select, update

from ticketdesk.models.documents import document_sections
from ticketdesk.repositories.base import Repository
from ticketdesk.repositories.id_arrays import one_of_named
from ticketdesk.repositories.statements import Statement, StatementCache

_s = document_sections.c
of_document = Statement(
    select(_s.id, _s.code, _s.title, _s.description, _s.position)
    .where(_s.document_id == bindparam("document_id"), _s.removed_at.is_(None))
    .order_by(_s.position, _s.id)
)
_REMOVE = Statement(
    update(document_sections)
    .where(one_of_named(_s.id, "section_ids"))
    .values(removed_at=bindparam("now", type_=DateTime(timezone=True)))
)
_PLACE = Statement(update(document_sections).where(_s.id == bindparam("section_id")), ["position"])
_savers = StatementCache(16)


class DocumentSectionRepository(Repository):
    """Codes are unique among the sections that a document has at a time."""

    async def add(self, document_id: UUID, rows: Sequence[Mapping[str, Any]]) -> None:
        """Insert sections, given by all their columns but the document's."""
        await self._insert(document_sections, *({**row, "document_id": document_id} for row in rows))

    async def save(self, section_id: UUID, values: Mapping[str, Any]) -> None:
        """Write columns of a section."""
        names = tuple(values)
        if names:
            changing = update(document_sections).where(_s.id == bindparam("section_id"))
            await self._execute(_savers.get(names, lambda: changing, names), **values, section_id=section_id)

    async def place(self, positions: Mapping[UUID, int]) -> None:
        """Write the positions of sections."""
        rows = [{"section_id": each, "position": position} for each, position in positions.items()]
        await self._connection.run_many(_PLACE, rows)

    async def remove(self, section_ids: Collection[UUID], now: datetime) -> None:
        """Take sections out of their document."""
        await self._execute(_REMOVE, section_ids=list(section_ids), now=now)
