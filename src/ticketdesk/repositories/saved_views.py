"""Views that somebody saved: seen by their owner, and by all staff if they are shared."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, delete, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from ticketdesk.domain.actors import Actor
from ticketdesk.domain.paging import Page, PageRequest
from ticketdesk.models.saved_views import saved_views
from ticketdesk.repositories import ticket_columns as columns
from ticketdesk.repositories.base import Repository, new_id
from ticketdesk.repositories.keyset import collect, one_page
from ticketdesk.repositories.statements import Row
from ticketdesk.repositories.uniqueness import unless_taken
from ticketdesk.schemas.saved_views import SavedView

_v = saved_views.c
_SHOWN = select(
    _v.id,
    _v.name,
    columns.user(_v.owner_id).label("owner"),
    _v.is_shared,
    _v.filters,
    _v.sort,
    _v.created_at,
    _v.updated_at,
    _v.version,
)


@dataclass(frozen=True, slots=True)
class SavedViewRecord:
    """What decides who may change a view, under a lock."""

    id: UUID
    owner_id: UUID
    is_shared: bool
    version: int


def _view(row: Row) -> SavedView:
    return SavedView.model_validate(dict(row))


def _seen_by(actor: Actor) -> ColumnElement[bool]:
    return or_(_v.owner_id == actor.user_id, _v.is_shared)


class SavedViewRepository(Repository):
    """A name is its owner's own; the database decides between two that are written at once."""

    async def find(self, view_id: UUID, actor: Actor) -> SavedView | None:
        """Return the view if ``actor`` sees it."""
        row = await self._one(_SHOWN.where(_v.id == view_id, _seen_by(actor)))
        return _view(row) if row else None

    async def lock(self, view_id: UUID, actor: Actor) -> SavedViewRecord | None:
        """Return the view if ``actor`` sees it, and keep others from changing it."""
        wanted = select(_v.id, _v.owner_id, _v.is_shared, _v.version).where(_v.id == view_id, _seen_by(actor))
        row = await self._one(wanted.with_for_update())
        return SavedViewRecord(**row) if row else None

    async def page(self, request: PageRequest, actor: Actor) -> Page[SavedView]:
        """Return a page of the views that ``actor`` sees, oldest first."""
        rows = await self._all(one_page(_SHOWN.where(_seen_by(actor)), _v.created_at, _v.id, request))
        return collect(rows, request, _view)

    async def add(self, values: Mapping[str, Any], now: datetime) -> UUID | None:
        """Insert a view and return its id, ``None`` when its owner has another of this name."""
        view_id = new_id()
        row = {**values, "id": view_id, "created_at": now, "updated_at": now}
        is_added = await self._execute(insert(saved_views).values(row).on_conflict_do_nothing())
        return view_id if is_added else None

    async def save(self, view: SavedViewRecord, values: Mapping[str, Any], now: datetime) -> bool:
        """Change a view that this transaction has locked; false when its owner has another of this name."""
        changed = {**values, "version": view.version + 1, "updated_at": now}
        statement = update(saved_views).where(_v.id == view.id).values(changed)
        return await unless_taken(self._connection, [(statement, None)])

    async def delete(self, view_id: UUID) -> None:
        """Remove a view."""
        await self._execute(delete(saved_views).where(_v.id == view_id))
