"""What can be done to every kind of catalogue entry."""

from collections.abc import Callable, Collection, Mapping
from typing import Any, Generic
from uuid import UUID

from ticketdesk.domain import versions
from ticketdesk.domain.errors import InvalidInput, NotFound
from ticketdesk.domain.paging import Page, PageRequest
from ticketdesk.domain.versions import Expected
from ticketdesk.repositories.catalogue import CatalogueRepository, Entry
from ticketdesk.repositories.unit_of_work import UnitOfWork
from ticketdesk.schemas.base import Input
from ticketdesk.schemas.catalogue import CatalogueQuery
from ticketdesk.schemas.patches import Patch


class Catalogue(Generic[Entry]):
    """The verbs for one kind of entry; a kind with rules of its own says them in ``check``."""

    def __init__(self, what: str, rows: Callable[[UnitOfWork], CatalogueRepository[Entry]]) -> None:
        """Name the kind as a refusal does (``Product``) and say where its rows are."""
        self._what = what
        self._rows = rows

    async def check(self, uow: UnitOfWork, values: Mapping[str, Any], changed: Collection[str]) -> None:
        """Raise ``InvalidInput`` where the fields of an entry break a rule; ``changed`` are those that are new."""

    async def get(self, uow: UnitOfWork, entry_id: UUID) -> Entry:
        """Return the entry; raises ``NotFound``."""
        return self._found(await self._rows(uow).find(entry_id))

    async def search(self, uow: UnitOfWork, query: CatalogueQuery, request: PageRequest) -> Page[Entry]:
        """Return a page of entries."""
        return await self._rows(uow).search(query, request)

    async def create(self, uow: UnitOfWork, data: Input) -> Entry:
        """Return the new entry; raises ``InvalidInput`` (``name_taken``, and as ``check`` does)."""
        values = data.model_dump()
        await self.check(uow, values, values.keys())
        entry_id = await self._rows(uow).add(values, uow.now())
        if entry_id is None:
            raise self._name_taken()
        return await self.get(uow, entry_id)

    async def update(self, uow: UnitOfWork, entry_id: UUID, patch: Patch, expected: Expected = None) -> Entry:
        """Return the entry after ``patch``.

        Raises ``NotFound``, ``StaleVersion`` unless ``expected`` has the version, ``InvalidInput`` as ``create`` does.
        """
        before = self._found(await self._rows(uow).lock(entry_id))
        versions.require(before.version, expected)
        changed = {name: value for name, value in patch.given().items() if value != getattr(before, name)}
        if not changed:
            return before
        after = before.model_copy(update=changed | {"version": before.version + 1})
        await self.check(uow, after.model_dump(), changed.keys())
        if not await self._rows(uow).save(after, uow.now()):
            raise self._name_taken()
        return await self.get(uow, entry_id)

    def _found(self, entry: Entry | None) -> Entry:
        if entry is None:
            raise NotFound(self._what)
        return entry

    def _name_taken(self) -> InvalidInput:
        return InvalidInput.at("/name", "name_taken", f"Another {self._what.lower()} has this name.")
