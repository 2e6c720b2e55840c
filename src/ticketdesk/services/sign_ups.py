"""What happens when an account signs up: tickets from templates, once (spec: product.md section 5, sign-up)."""

from uuid import UUID

from ticketdesk.domain.actors import Actor
from ticketdesk.domain.errors import Conflict, InvalidInput
from ticketdesk.domain.ticket_workflow import TicketKind
from ticketdesk.domain.tickets import Origin
from ticketdesk.repositories.tickets import TicketRecord
from ticketdesk.repositories.unit_of_work import UnitOfWork
from ticketdesk.schemas.sign_ups import SignUp, SignUpCreate, SignUpTicket
from ticketdesk.schemas.ticket_creations import SupportTicketCreate
from ticketdesk.schemas.ticket_templates import TicketTemplate
from ticketdesk.services import accounts, contacts, support_contents, ticket_creations

CONTENT = {"title", "description", "category_id", "product_id", "priority", "tags"}


async def create(uow: UnitOfWork, actor: Actor, account_id: UUID, data: SignUpCreate) -> SignUp:
    """Note that the account signed up and make a ticket from each template that is for it: all of them or none.

    Raises ``NotFound``; ``InvalidInput`` for a contact who belongs to another account or cannot be written to; and
    ``Conflict``: ``already_signed_up``, ``template_not_usable``.
    """
    await accounts.get(uow, account_id)
    person = await contacts.resolve(uow, actor, contact_id=data.contact_id)
    if person.account_id != account_id:
        raise InvalidInput.at("/contact_id", "account_mismatch", "This contact does not belong to the account.")
    if not await uow.sign_ups.add(account_id, person.id, actor.user_id, uow.now()):
        raise Conflict("This account has signed up already.", code="already_signed_up")
    templates = await uow.ticket_templates.for_sign_up()
    for template in templates:
        await _require_usable(uow, template)
    # They are given out in one transaction, which shares its turn with nobody.
    await uow.staff_loads.lock_pool()
    made = [await _make(uow, actor, person.id, template) for template in templates]
    tickets = [SignUpTicket(id=ticket.id, number=ticket.number, title=ticket.title) for ticket in made]
    return SignUp(account_id=account_id, contact_id=person.id, signed_up_at=uow.now(), tickets=tickets)


async def _require_usable(uow: UnitOfWork, template: TicketTemplate) -> None:
    try:
        await support_contents.route(uow, template.category_id, template.product_id)
    except InvalidInput:
        detail = "A template for sign-ups has a category or a product that takes no new tickets."
        raise Conflict(detail, code="template_not_usable", template_id=str(template.id)) from None


async def _make(uow: UnitOfWork, actor: Actor, contact_id: UUID, template: TicketTemplate) -> TicketRecord:
    content = template.model_dump(include=CONTENT)
    data = SupportTicketCreate(kind=TicketKind.SUPPORT, contact_id=contact_id, **content)
    return await ticket_creations.create_support(uow, actor, data, Origin.SIGN_UP)
