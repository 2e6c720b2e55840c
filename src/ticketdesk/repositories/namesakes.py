"""How many contacts words mean: few are looked up and sorted, many are met soon on the way through a list."""

from sqlalchemy import ColumnElement, func, select

from ticketdesk.models.contacts import contacts
from ticketdesk.repositories.base import Repository
from ticketdesk.repositories.keyset import up_to

# Of whom the rows are found by their names; to look one up costs as much as to pass some ten in a list.
FEW_NAMESAKES = 2_000


class NamesakeRepository(Repository):
    """Counts, for the statistics of names know only the most common ones."""

    async def are_at_most(self, most: int, are_meant: ColumnElement[bool]) -> bool:
        """Tell whether ``are_meant`` is true of no more than ``most`` contacts; it stops counting there."""
        people = up_to(most + 1, select(contacts.c.id).where(are_meant)).subquery()
        return bool(await self._scalar(select(func.count()).select_from(people)) <= most)
