"""What the outside of a ticket can do: look, comment, tick, say that all is done (spec: product.md section 4)."""

from uuid import UUID

from ticketdesk.domain.activities import ActivityKind
from ticketdesk.domain.actors import Actor
from ticketdesk.domain.errors import NotFound, NotPermitted
from ticketdesk.domain.paging import Page, PageRequest
from ticketdesk.domain.ticket_workflow import TicketKind
from ticketdesk.domain.tickets import Origin, Visibility
from ticketdesk.domain.versions import Expected
from ticketdesk.repositories.unit_of_work import UnitOfWork
from ticketdesk.schemas.comments import CommentCreate
from ticketdesk.schemas.portal import (
    PortalAction,
    PortalAuthor,
    PortalComment,
    PortalCommentCreate,
    PortalTicket,
    PortalTicketCreate,
    PortalTicketSummary,
    PortalTransition,
)
from ticketdesk.schemas.ready_json import Resource
from ticketdesk.schemas.ticket_creations import SupportTicketCreate
from ticketdesk.schemas.tickets import RequestedActionPatch, TransitionInput
from ticketdesk.services import activities, comments, requested_actions, steps, ticket_creations, transitions


async def page(uow: UnitOfWork, actor: Actor, request: PageRequest) -> Page[PortalTicketSummary]:
    """Return a page of the caller's tickets, closed ones included."""
    return await uow.portal.page(request, actor)


async def create(uow: UnitOfWork, actor: Actor, data: PortalTicketCreate) -> Resource[PortalTicket]:
    """Open a support ticket of the caller's own and return it.

    Raises ``NotPermitted`` (``contact_required``) for a caller who is no contact, ``Conflict`` (``contact_incomplete``)
    for one whom the desk has to complete first, ``InvalidInput`` as for staff.
    """
    if actor.contact_id is None:
        raise NotPermitted("Only a contact can ask for something here.", code="contact_required")
    wanted = SupportTicketCreate(kind=TicketKind.SUPPORT, contact_id=actor.contact_id, **data.model_dump())
    ticket = await ticket_creations.create_support(uow, actor, wanted, Origin.PORTAL)
    found, _ = await _get(uow, actor, ticket.id)
    return found


async def view(uow: UnitOfWork, actor: Actor, ticket_id: UUID) -> Resource[PortalTicket]:
    """Return a ticket of the caller's and record the first look after each mail; raises ``NotFound``."""
    ticket, needs_viewing = await _get(uow, actor, ticket_id)
    if not needs_viewing:
        return ticket
    locked = await steps.lock(uow, actor, ticket_id)
    ticket, needs_viewing = await _get(uow, actor, ticket_id)
    # Asked again under the lock: of two looks at once, one is recorded.
    if needs_viewing:
        await uow.portal.set_viewed(ticket_id, actor, uow.now())
        await uow.tickets.save(locked, await activities.record(uow, locked, actor, ActivityKind.VIEWED))
        ticket, _ = await _get(uow, actor, ticket_id)
    return ticket


async def comment(
    uow: UnitOfWork, actor: Actor, ticket_id: UUID, data: PortalCommentCreate, expected: Expected = None
) -> PortalComment:
    """Add a comment; raises as ``comments.post`` does."""
    said = CommentCreate(body=data.body, visibility=Visibility.PUBLIC, attachment_ids=data.attachment_ids)
    posted = await comments.post(uow, actor, ticket_id, said, expected)
    author = PortalAuthor(name=posted.author.name, side=posted.author.side)
    return PortalComment(id=posted.id, body=posted.body, author=author, created_at=posted.created_at)


async def transition(
    uow: UnitOfWork, actor: Actor, ticket_id: UUID, data: PortalTransition, expected: Expected = None
) -> Resource[PortalTicket]:
    """Take a step that the workflow gives recipients; complete and close change nothing where they hold already.

    Raises ``NotFound``, ``StaleVersion``, ``NotPermitted`` for a step that this kind of ticket keeps to staff,
    ``InvalidTransition``.
    """
    step = TransitionInput(action=data.action, comment=data.comment)
    await transitions.transition(uow, actor, ticket_id, step, expected)
    ticket, _ = await _get(uow, actor, ticket_id)
    return ticket


async def tick(
    uow: UnitOfWork,
    actor: Actor,
    ticket_id: UUID,
    action_id: UUID,
    data: RequestedActionPatch,
    expected: Expected = None,
) -> PortalAction:
    """Tick or untick one line; raises ``NotFound``, ``StaleVersion``, ``Conflict``."""
    line = await requested_actions.tick(uow, actor, ticket_id, action_id, data, expected)
    return PortalAction.model_validate(line.model_dump(exclude={"done_by"}))


async def _get(uow: UnitOfWork, actor: Actor, ticket_id: UUID) -> tuple[Resource[PortalTicket], bool]:
    """Return the ticket, and whether the caller has not seen its last mail."""
    found = await uow.portal.get(ticket_id, actor)
    if found is None:
        raise NotFound("Ticket")
    return found
