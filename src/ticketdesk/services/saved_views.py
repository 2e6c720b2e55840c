"""Saved views: everybody's own, shared with all staff by whoever wants to."""

from typing import Any
from uuid import UUID

from ticketdesk.domain import versions
from ticketdesk.domain.actors import Actor
from ticketdesk.domain.errors import InvalidInput, NotFound, NotPermitted
from ticketdesk.domain.paging import Page, PageRequest
from ticketdesk.domain.permissions import Permission, Role
from ticketdesk.domain.versions import Expected
from ticketdesk.repositories.saved_views import SavedViewRecord
from ticketdesk.repositories.unit_of_work import UnitOfWork
from ticketdesk.schemas.saved_views import SavedView, SavedViewCreate, SavedViewPatch
from ticketdesk.schemas.ticket_filters import TicketFilter

# Whose word goes for what all share.
EDITORS = frozenset({Role.LEAD, Role.ADMIN})


async def get(uow: UnitOfWork, actor: Actor, view_id: UUID) -> SavedView:
    """Return a view that the caller sees; raises ``NotFound``."""
    view = await uow.saved_views.find(view_id, actor)
    if view is None:
        raise NotFound("Saved view")
    return view


async def page(uow: UnitOfWork, actor: Actor, request: PageRequest) -> Page[SavedView]:
    """Return a page of the caller's own views and the shared ones, oldest first."""
    return await uow.saved_views.page(request, actor)


async def create(uow: UnitOfWork, actor: Actor, data: SavedViewCreate) -> SavedView:
    """Return the new view, which is the caller's; raises ``InvalidInput`` (``name_taken``)."""
    actor.require(Permission.TICKETS_READ)
    values = {"owner_id": actor.user_id, "name": data.name, "is_shared": data.is_shared, "sort": data.sort}
    view_id = await uow.saved_views.add(values | {"filters": _stored(data.filters)}, uow.now())
    if view_id is None:
        raise _name_taken()
    return await get(uow, actor, view_id)


async def change(
    uow: UnitOfWork, actor: Actor, view_id: UUID, patch: SavedViewPatch, expected: Expected = None
) -> SavedView:
    """Return the view after ``patch``.

    Raises ``NotFound``, ``NotPermitted``, ``StaleVersion``, ``InvalidInput`` (``name_taken``).
    """
    actor.require(Permission.TICKETS_READ)
    view = await _lock(uow, actor, view_id, expected)
    before = await get(uow, actor, view_id)
    given: dict[str, Any] = patch.given()
    if "filters" in given:
        given["filters"] = _stored(given["filters"])
    changed = {name: value for name, value in given.items() if value != getattr(before, name)}
    if not changed:
        return before
    now = uow.now()
    if not await uow.saved_views.save(view, changed, now):
        raise _name_taken()
    # A lead who keeps a colleague's view from all others does not see it any more either.
    return before.model_copy(update=changed | {"version": view.version + 1, "updated_at": now})


async def delete(uow: UnitOfWork, actor: Actor, view_id: UUID, expected: Expected = None) -> None:
    """Remove a view; raises ``NotFound``, ``NotPermitted``, ``StaleVersion``."""
    actor.require(Permission.TICKETS_READ)
    await uow.saved_views.delete((await _lock(uow, actor, view_id, expected)).id)


async def _lock(uow: UnitOfWork, actor: Actor, view_id: UUID, expected: Expected) -> SavedViewRecord:
    view = await uow.saved_views.lock(view_id, actor)
    if view is None:
        raise NotFound("Saved view")
    if view.owner_id != actor.user_id and actor.role not in EDITORS:
        raise NotPermitted("A shared view is changed by its owner, a lead or an admin.")
    versions.require(view.version, expected)
    return view


def _stored(filters: TicketFilter) -> dict[str, Any]:
    return filters.model_dump(mode="json", exclude_unset=True)


def _name_taken() -> InvalidInput:
    return InvalidInput.at("/name", "name_taken", "Another view of this owner has this name.")
