"""Words on a ticket: public ones are steps of the workflow, internal ones never leave the desk."""

from uuid import UUID

from ticketdesk.domain.activities import ActivityKind
from ticketdesk.domain.actors import Actor, Side
from ticketdesk.domain.errors import NotFound
from ticketdesk.domain.events import TicketCommented
from ticketdesk.domain.paging import Page, PageRequest
from ticketdesk.domain.ticket_changes import Taken, spoken
from ticketdesk.domain.ticket_workflow import Action, Stays, Step, require_not_archived, resolve
from ticketdesk.domain.tickets import Visibility
from ticketdesk.domain.versions import Expected
from ticketdesk.repositories.tickets import TicketRecord
from ticketdesk.repositories.unit_of_work import UnitOfWork
from ticketdesk.schemas.comments import Comment, CommentCreate
from ticketdesk.services import activities, attachments, messages, steps


async def post(
    uow: UnitOfWork, actor: Actor, ticket_id: UUID, data: CommentCreate, expected: Expected = None
) -> Comment:
    """Add a comment; public words of a recipient are the step ``comment``, those of staff the step ``reply``.

    Files that ``data`` names go with it and are seen by whom it is. Raises ``NotFound``, ``StaleVersion``,
    ``NotPermitted``, ``InvalidInput`` at ``/attachment_ids``, ``Conflict`` (``ticket_closed``, ``ticket_archived``).
    """
    ticket = await steps.lock(uow, actor, ticket_id, expected)
    if data.visibility is Visibility.INTERNAL:
        require_not_archived(ticket.facts)
        comment, words = await _write(uow, actor, ticket, data)
        facts = {"comment_id": words.comment_id, "attachment_ids": words.attachment_ids}
        after = await activities.record(uow, ticket, actor, ActivityKind.NOTED, **facts)
    else:
        action = Action.COMMENT if actor.side is Side.RECIPIENT else Action.REPLY
        step = resolve(ticket.facts, action, steps.relation(ticket, actor))
        comment, words = await _write(uow, actor, ticket, data)
        after = await _say(uow, actor, _heard(ticket, actor, comment), step, words)
    await uow.tickets.save(ticket, after)
    return comment


def _heard(ticket: TicketRecord, actor: Actor, comment: Comment) -> TicketRecord:
    """Return ``ticket`` after public words of ``actor``."""
    return ticket.with_columns(**spoken(actor.side, comment.created_at, ticket.first_response_at))


async def _write(
    uow: UnitOfWork, actor: Actor, ticket: TicketRecord, data: CommentCreate
) -> tuple[Comment, steps.Words]:
    """Insert the comment, and put to it the files that go with it."""
    comment = await uow.comments.add(ticket.id, actor, data.body, data.visibility, uow.now())
    ids = await attachments.bind(uow, actor, ticket, data.attachment_ids, comment.id, data.visibility)
    return comment, steps.Words(comment_id=comment.id, attachment_ids=ids)


async def _say(uow: UnitOfWork, actor: Actor, ticket: TicketRecord, step: object, words: steps.Words) -> TicketRecord:
    """Take the step that the words are, or leave the status alone and only record, mail and tell."""
    if isinstance(step, Step):
        return await steps.take(uow, actor, ticket, step, Taken(uow.now(), actor.staff_id), words)
    assert isinstance(step, Stays)  # noqa: S101 - words never "already hold"
    facts = {"comment_id": words.comment_id, "attachment_ids": words.attachment_ids}
    after = await activities.record(uow, ticket, actor, step.activity, **facts)
    if step.mails:
        await messages.post(uow, after, step.mails, actor, messages.Said(words.comment_id))
    if step.notifies:
        await uow.emit(TicketCommented(ticket.id, words.comment_id or ticket.id, actor.name, step.notifies))
    return after


async def add(uow: UnitOfWork, actor: Actor, ticket: TicketRecord, body: str) -> tuple[TicketRecord, UUID]:
    """Add a public comment that accompanies another step: recorded, but no step of its own.

    Returns the ticket as it has to be saved, and the comment's id.
    """
    comment = await uow.comments.add(ticket.id, actor, body, Visibility.PUBLIC, uow.now())
    kind = ActivityKind.COMMENTED if actor.side is Side.RECIPIENT else ActivityKind.REPLIED
    heard = _heard(ticket, actor, comment)
    return await activities.record(uow, heard, actor, kind, comment_id=comment.id), comment.id


async def page(uow: UnitOfWork, actor: Actor, ticket_id: UUID, request: PageRequest) -> Page[Comment]:
    """Return a page of the comments that ``actor`` may read, oldest first; raises ``NotFound``."""
    if await uow.tickets.find(ticket_id, actor) is None:
        raise NotFound("Ticket")
    return await uow.comments.page(ticket_id, request, actor)
