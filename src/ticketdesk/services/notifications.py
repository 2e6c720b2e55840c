"""What staff are told in the app. The handlers may run any number of times for one event: it is told once."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from ticketdesk.domain import notifications as words
from ticketdesk.domain.actors import Actor
from ticketdesk.domain.errors import InvalidInput
from ticketdesk.domain.notifications import NotificationKind
from ticketdesk.domain.paging import Page, PageRequest
from ticketdesk.domain.ticket_workflow import Audience
from ticketdesk.repositories.unit_of_work import UnitOfWork
from ticketdesk.schemas.notifications import Notification, NotificationCounts, NotificationsRead


async def search(
    uow: UnitOfWork, actor: Actor, request: PageRequest, *, is_unread_only: bool
) -> tuple[Page[Notification], int]:
    """Return a page of the caller's own notifications, newest first, and how many of all are unread."""
    if actor.user_id is None:
        return Page([]), 0
    newest_first = replace(request, is_descending=True)
    page = await uow.notifications.list(actor.user_id, newest_first, is_unread_only=is_unread_only)
    return page, await uow.notifications.count_unread(actor.user_id)


async def mark_read(uow: UnitOfWork, actor: Actor, data: NotificationsRead) -> NotificationCounts:
    """Mark the caller's own notifications as read; ids that are none of theirs are passed over.

    Raises ``InvalidInput`` (``ids_or_all``) unless either ids or all are asked for.
    """
    if data.all == (data.ids is not None):
        raise InvalidInput.at("/ids", "ids_or_all", 'Give "ids", or "all": true, and not both.')
    if actor.user_id is None:
        return NotificationCounts(marked=0, unread_count=0)
    marked = await uow.notifications.mark_read(actor.user_id, data.ids, uow.now())
    return NotificationCounts(marked=marked, unread_count=await uow.notifications.count_unread(actor.user_id))


async def notify(
    uow: UnitOfWork, user_ids: Collection[UUID], ticket_id: UUID, kind: NotificationKind, text: str, source_id: str
) -> int:
    """Tell users of a ticket and return how many had not been told; ``source_id`` is what caused it, told once."""
    return await uow.notifications.add(user_ids, ticket_id, kind, text, source_id, uow.now())


async def on_ticket_commented(uow: UnitOfWork, payload: Mapping[str, Any]) -> None:
    """Tell whoever works the ticket that a recipient wrote (event ``TicketCommented``)."""
    author = str(payload["author_name"])
    await _tell(
        uow,
        payload,
        NotificationKind.COMMENTED,
        str(payload["comment_id"]),
        lambda number, title: words.commented(author, number, title),
    )


async def on_ticket_completed(uow: UnitOfWork, payload: Mapping[str, Any]) -> None:
    """Tell whoever verifies the ticket that it waits for that (event ``TicketCompleted``)."""
    actor_name = str(payload["actor_name"])
    await _tell(
        uow,
        payload,
        NotificationKind.COMPLETED,
        f"{payload['ticket_id']}:{payload['seq']}",
        lambda number, title: words.completed(actor_name, number, title),
    )


async def on_ticket_returned(uow: UnitOfWork, payload: Mapping[str, Any]) -> None:
    """Tell whoever has to work the ticket again, and why (event ``TicketReturned``)."""
    actor_name, reason = str(payload["actor_name"]), str(payload["reason"])
    await _tell(
        uow,
        payload,
        NotificationKind.RETURNED,
        f"{payload['ticket_id']}:{payload['seq']}",
        lambda number, title: words.returned(actor_name, reason, number, title),
    )


async def on_answers_completed(uow: UnitOfWork, payload: Mapping[str, Any]) -> None:
    """Tell whoever works the task that nothing is missing; once, also where answers are taken back and given again."""
    author = str(payload["author_name"])
    await _tell(
        uow,
        payload,
        NotificationKind.ANSWERED,
        str(payload["ticket_id"]),
        lambda number, title: words.answered(author, number, title),
    )


async def on_message_failed(uow: UnitOfWork, payload: Mapping[str, Any]) -> None:
    """Tell whoever works each ticket of a message that it was given up (event ``MessageFailed``)."""
    reason = str(payload["reason"])
    for ticket_id in payload["ticket_ids"]:
        await _tell(
            uow,
            {"ticket_id": ticket_id},
            NotificationKind.MESSAGE_FAILED,
            f"{payload['message_id']}:{ticket_id}",
            lambda number, title: words.message_failed(reason, number, title),
        )


async def _tell(
    uow: UnitOfWork,
    payload: Mapping[str, Any],
    kind: NotificationKind,
    source_id: str,
    text: Callable[[int, str], str],
) -> None:
    """Tell the event's audience, but never whoever caused it; events of earlier versions had one audience."""
    ticket_id = UUID(payload["ticket_id"])
    news = await uow.notifications.ticket_news(ticket_id, Audience(payload.get("audience", Audience.STAFF)))
    if news is not None:
        told = [user_id for user_id in news.user_ids if str(user_id) != payload.get("actor_id")]
        await notify(uow, told, ticket_id, kind, text(news.number, news.title), source_id)
