"""Files on tickets: who may add one, how many there may be, who may read which (spec: product.md section 9)."""

from collections.abc import Sequence
from uuid import UUID

from ticketdesk.domain.activities import ActivityKind
from ticketdesk.domain.actors import Actor, Side
from ticketdesk.domain.attachments import Room
from ticketdesk.domain.errors import FieldError, InvalidInput, NotFound
from ticketdesk.domain.paging import Page, PageRequest
from ticketdesk.domain.stored_contents import StoredContent
from ticketdesk.domain.ticket_workflow import Action, require_not_archived, resolve
from ticketdesk.domain.tickets import Visibility
from ticketdesk.repositories.tickets import TicketRecord
from ticketdesk.repositories.unit_of_work import UnitOfWork
from ticketdesk.schemas.attachments import Attachment, PortalAttachment
from ticketdesk.services import activities, answers, settings, steps


async def max_file_bytes(uow: UnitOfWork) -> int:
    """Return how large a file may be now."""
    return (await settings.get_attachments(uow)).max_file_bytes


async def attach(
    uow: UnitOfWork,
    actor: Actor,
    ticket_id: UUID,
    content: StoredContent,
    name: str,
    visibility: Visibility,
    question_id: UUID | None = None,
) -> Attachment:
    """Attach a content that the storage has, under a cleaned name; recipients may where they may comment.

    With ``question_id`` it becomes a file that can answer this question, for a recipient who can answer it now.
    Raises ``NotFound``, ``NotPermitted``, ``Conflict`` (``ticket_archived``, ``ticket_closed``, ``quota_exceeded``),
    and as ``answers.require_file_question``.
    """
    ticket = await steps.lock(uow, actor, ticket_id)
    require_not_archived(ticket.facts)
    if actor.side is Side.RECIPIENT:
        resolve(ticket.facts, Action.COMMENT, steps.relation(ticket, actor))
    if question_id:
        await answers.require_file_question(uow, actor, ticket, question_id)
    decided = await settings.get_attachments(uow)
    room = Room(decided.max_ticket_files, decided.max_ticket_bytes)
    # Under the ticket's lock: of two files that come at once, the second finds the first.
    room.require(await uow.attachments.usage(ticket.id), content.size)
    added = await uow.attachments.add(ticket.id, actor, content, name, visibility, question_id, uow.now())
    facts = {"attachment_id": added.id, **added.model_dump(include={"name", "media_type", "size", "sha256"})}
    for_whom = {"visibility": added.visibility.value, "question_id": question_id}
    after = await activities.record(uow, ticket, actor, ActivityKind.ATTACHED, **facts, **for_whom)
    await uow.tickets.save(ticket, after)
    return added


async def bind(
    uow: UnitOfWork, actor: Actor, ticket: TicketRecord, ids: Sequence[UUID], comment_id: UUID, visibility: Visibility
) -> list[UUID] | None:
    """Put files of ``actor``'s to a comment and return them for the record, ``None`` without any.

    Raises ``InvalidInput`` that names each id that is no file of theirs on this ticket, or goes with words already.
    """
    if not ids:
        return None
    bound = await uow.attachments.bind(ticket.id, actor, ids, comment_id, visibility)
    unknown = [
        FieldError(f"/attachment_ids/{index}", "unknown_reference", "No file of yours here that is free.")
        for index, attachment_id in enumerate(ids)
        if attachment_id not in bound
    ]
    if unknown:
        raise InvalidInput(*unknown)
    return list(dict.fromkeys(ids))


async def page(uow: UnitOfWork, actor: Actor, ticket_id: UUID, request: PageRequest) -> Page[Attachment]:
    """Return a page of the files that ``actor`` may read, oldest first; raises ``NotFound``."""
    if await uow.tickets.find(ticket_id, actor) is None:
        raise NotFound("Ticket")
    return await uow.attachments.page(ticket_id, request, actor)


async def get(uow: UnitOfWork, actor: Actor, attachment_id: UUID) -> Attachment:
    """Return a file that ``actor`` may read; raises ``NotFound``."""
    found = await uow.attachments.find(attachment_id, actor)
    if found is None:
        raise NotFound("Attachment")
    return found


def outside_page(found: Page[Attachment]) -> Page[PortalAttachment]:
    """Return a page as recipients see it."""
    return Page([outside(each) for each in found.items], found.next)


def outside(attachment: Attachment) -> PortalAttachment:
    """Return an attachment as recipients see it."""
    return PortalAttachment.model_validate(attachment.model_dump(exclude={"ticket_id", "visibility"}))
