"""The reporting taxonomy."""

from uuid import UUID

from ticketdesk.domain import versions
from ticketdesk.domain.errors import InvalidInput, NotFound
from ticketdesk.domain.paging import Page, PageRequest
from ticketdesk.domain.versions import Expected
from ticketdesk.repositories.unit_of_work import UnitOfWork
from ticketdesk.schemas.violation_categories import (
    ViolationCategory,
    ViolationCategoryCreate,
    ViolationCategoryPatch,
    ViolationCategoryQuery,
)


async def get(uow: UnitOfWork, category_id: UUID) -> ViolationCategory:
    """Return the category; raises ``NotFound``."""
    category = await uow.violation_categories.find(category_id)
    if category is None:
        raise NotFound("Violation category")
    return category


async def search(uow: UnitOfWork, query: ViolationCategoryQuery, request: PageRequest) -> Page[ViolationCategory]:
    """Return a page of categories."""
    return await uow.violation_categories.list(request, is_active=query.is_active)


async def create(uow: UnitOfWork, data: ViolationCategoryCreate) -> ViolationCategory:
    """Return the new category; raises ``InvalidInput`` (``name_taken``)."""
    category_id = await uow.violation_categories.add(data, uow.now())
    if category_id is None:
        raise _name_taken()
    return await get(uow, category_id)


async def update(
    uow: UnitOfWork, category_id: UUID, patch: ViolationCategoryPatch, expected: Expected = None
) -> ViolationCategory:
    """Return the category after ``patch``.

    Raises ``NotFound``, ``StaleVersion`` unless ``expected`` has the version, ``InvalidInput`` (``name_taken``).
    """
    before = await uow.violation_categories.lock(category_id)
    if before is None:
        raise NotFound("Violation category")
    versions.require(before.version, expected)
    after = before.model_copy(update=patch.given())
    if after == before:
        return before
    if not await uow.violation_categories.save(after.model_copy(update={"version": before.version + 1}), uow.now()):
        raise _name_taken()
    return await get(uow, category_id)


def _name_taken() -> InvalidInput:
    return InvalidInput.at("/name", "name_taken", "Another violation category has this name.")
