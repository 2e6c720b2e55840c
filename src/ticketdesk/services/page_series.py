"""All pages of a list, one after the other."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from ticketdesk.domain.paging import MAX_LIMIT, Page, PageRequest

Item = TypeVar("Item")


async def collect_all(
    fetch: Callable[[PageRequest], Awaitable[Page[Item]]], check: Callable[[int], None] | None = None
) -> list[Item]:
    """Return the items of all pages, oldest first; ``check`` is told after each how many there are and may raise."""
    page = await fetch(PageRequest(MAX_LIMIT))
    items = list(page.items)
    while page.next is not None:
        page = await fetch(PageRequest(MAX_LIMIT, page.next))
        items += page.items
        if check:
            check(len(items))
    return items
