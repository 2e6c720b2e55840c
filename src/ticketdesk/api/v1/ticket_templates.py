"""Ticket templates: support tickets that are made the same way again and again."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response, status

from ticketdesk.api.deps import Uow, permitted
from ticketdesk.api.etags import IfMatch, tag_shown
from ticketdesk.api.idempotency import IdempotentRoute
from ticketdesk.api.pagination import Paging, render_page
from ticketdesk.domain.permissions import Permission
from ticketdesk.schemas.catalogue import CatalogueQuery
from ticketdesk.schemas.ticket_templates import (
    TicketTemplate,
    TicketTemplateCreate,
    TicketTemplatePage,
    TicketTemplatePatch,
)
from ticketdesk.services.ticket_templates import ticket_templates

router = APIRouter(prefix="/ticket-templates", tags=["catalogue"], route_class=IdempotentRoute)

CAN_READ = [Depends(permitted(Permission.CATALOGUE_READ))]
CAN_WRITE = [Depends(permitted(Permission.CATALOGUE_WRITE))]


@router.get("", dependencies=CAN_READ, summary="List ticket templates")
async def list_ticket_templates(
    query: Annotated[CatalogueQuery, Query()], uow: Uow, paging: Paging, request: Request, response: Response
) -> TicketTemplatePage:
    """List ticket templates, oldest first."""
    return render_page(TicketTemplatePage, await ticket_templates.search(uow, query, paging), request, response)


@router.post("", dependencies=CAN_WRITE, status_code=status.HTTP_201_CREATED, summary="Create a ticket template")
async def create_ticket_template(data: TicketTemplateCreate, uow: Uow, response: Response) -> TicketTemplate:
    """Create a ticket template; a name that another has is refused as `name_taken`."""
    template = await ticket_templates.create(uow, data)
    response.headers["Location"] = f"/api/v1/ticket-templates/{template.id}"
    tag_shown(response, template.version, template)
    return template


@router.get("/{template_id}", dependencies=CAN_READ, summary="Read a ticket template")
async def get_ticket_template(template_id: UUID, uow: Uow, response: Response) -> TicketTemplate:
    """Return one template."""
    template = await ticket_templates.get(uow, template_id)
    tag_shown(response, template.version, template)
    return template


@router.patch("/{template_id}", dependencies=CAN_WRITE, summary="Change a ticket template")
async def update_ticket_template(
    template_id: UUID, patch: TicketTemplatePatch, uow: Uow, if_match: IfMatch, response: Response
) -> TicketTemplate:
    """Change a ticket template; deactivate it to take it out of use."""
    template = await ticket_templates.update(uow, template_id, patch, if_match)
    tag_shown(response, template.version, template)
    return template
