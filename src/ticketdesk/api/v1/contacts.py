"""The people that tickets are about or written to."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response, status

from ticketdesk.api.deps import Uow, permitted
from ticketdesk.api.etags import IfMatch, tag_shown
from ticketdesk.api.idempotency import IdempotentRoute
from ticketdesk.api.pagination import Paging, render_page
from ticketdesk.domain.actors import Actor
from ticketdesk.domain.permissions import Permission
from ticketdesk.schemas.contacts import Contact, ContactCreate, ContactPage, ContactPatch, ContactQuery
from ticketdesk.services import contacts

router = APIRouter(prefix="/contacts", tags=["contacts"], route_class=IdempotentRoute)

Reader = Annotated[Actor, Depends(permitted(Permission.CONTACTS_READ))]
Writer = Annotated[Actor, Depends(permitted(Permission.CONTACTS_WRITE))]


@router.get("", summary="List contacts")
async def list_contacts(
    query: Annotated[ContactQuery, Query()],
    uow: Uow,
    actor: Reader,
    paging: Paging,
    request: Request,
    response: Response,
) -> ContactPage:
    """List contacts, oldest first; `q` finds beginnings of words in names and addresses."""
    return render_page(ContactPage, await contacts.search(uow, actor, query, paging), request, response)


@router.post("", status_code=status.HTTP_201_CREATED, summary="Create a contact")
async def create_contact(data: ContactCreate, uow: Uow, actor: Writer, response: Response) -> Contact:
    """Create a contact; an address that belongs to another contact is refused as `address_taken`."""
    contact = await contacts.create(uow, actor, data)
    response.headers["Location"] = f"/api/v1/contacts/{contact.id}"
    tag_shown(response, contact.version, contact)
    return contact


@router.get("/{contact_id}", summary="Read a contact")
async def get_contact(contact_id: UUID, uow: Uow, actor: Reader, response: Response) -> Contact:
    """Return one contact."""
    contact = await contacts.get(uow, actor, contact_id)
    tag_shown(response, contact.version, contact)
    return contact


@router.patch("/{contact_id}", summary="Change a contact")
async def update_contact(
    contact_id: UUID, patch: ContactPatch, uow: Uow, actor: Writer, if_match: IfMatch, response: Response
) -> Contact:
    """Change a contact; `addresses` replaces the list, so that one request adds, removes and reorders."""
    contact = await contacts.update(uow, actor, contact_id, patch, if_match)
    tag_shown(response, contact.version, contact)
    return contact
