"""How many contacts have a name: the tickets of few are looked up and sorted, those of many met soon in a list."""

from sqlalchemy import ColumnElement, func, select

from ticketdesk.models.contacts import contacts
from ticketdesk.repositories.base import Repository
from ticketdesk.repositories.keyset import up_to

# So many contacts are looked up by their names at most; to look one up costs as much as to pass about ten in a list.
FEW_NAMESAKES = 2_000


class NamesakeRepository(Repository):
    """Counts contacts itself, because PostgreSQL's statistics know the most common names alone."""

    async def are_at_most(self, most: int, are_meant: ColumnElement[bool]) -> bool:
        """Tell whether ``are_meant`` is true of no more than ``most`` contacts; it stops counting there."""
        people = up_to(most + 1, select(contacts.c.id).where(are_meant)).subquery()
        return bool(await self._scalar(select(func.count()).select_from(people)) <= most)
