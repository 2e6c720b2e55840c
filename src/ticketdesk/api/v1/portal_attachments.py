"""Files on tickets, as recipients add and read them."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response

from ticketdesk.api.deps import ResourcesDep, Uow, permitted
from ticketdesk.api.downloads import ANSWERS, AskedFile, download
from ticketdesk.api.idempotency import IdempotentRoute
from ticketdesk.api.pagination import Paging, render_page
from ticketdesk.api.rate_limits import limited
from ticketdesk.api.uploads import MAX_BODY_BYTES, Upload, UploadRoute, form, read_fields, uploaded
from ticketdesk.domain.actors import Actor
from ticketdesk.domain.permissions import Permission
from ticketdesk.domain.rate_limits import Limited
from ticketdesk.domain.tickets import Visibility
from ticketdesk.schemas.attachments import (
    AttachmentLink,
    PortalAttachment,
    PortalAttachmentCreate,
    PortalAttachmentPage,
)
from ticketdesk.services import attachment_links, attachments

router = APIRouter(prefix="/portal", tags=["portal"], route_class=IdempotentRoute)
uploads = APIRouter(prefix="/portal", tags=["portal"], route_class=UploadRoute)
Recipient = Annotated[Actor, Depends(permitted(Permission.PORTAL))]


@router.get("/tickets/{ticket_id}/attachments", summary="List the files on one of my tickets")
async def list_portal_attachments(
    ticket_id: UUID, paging: Paging, uow: Uow, actor: Recipient, request: Request, response: Response
) -> PortalAttachmentPage:
    """Oldest first, the desk's and those of other recipients included."""
    found = attachments.outside_page(await attachments.page(uow, actor, ticket_id, paging))
    return render_page(PortalAttachmentPage, found, request, response)


@uploads.post(
    "/tickets/{ticket_id}/attachments",
    dependencies=[Depends(limited(Limited.PORTAL_UPLOAD))],
    summary="Attach a file to one of my tickets",
    status_code=201,
    openapi_extra=form({"question_id": {"type": "string", "format": "uuid"}}),
    max_body_size=MAX_BODY_BYTES,
)
async def create_portal_attachment(
    ticket_id: UUID, uow: Uow, actor: Recipient, upload: Annotated[Upload, Depends(uploaded)]
) -> PortalAttachment:
    """Possible wherever a comment is; a comment can name it in `attachment_ids` then.

    With `question_id` it can be an answer to this question of a task instead, for those who see the question.
    """
    said = read_fields(upload, PortalAttachmentCreate)
    added = await attachments.attach(
        uow, actor, ticket_id, upload.content, upload.name, Visibility.PUBLIC, said.question_id
    )
    return attachments.outside(added)


@router.get(
    "/attachments/{attachment_id}/content",
    summary="Download a file of my tickets",
    response_class=Response,
    responses=ANSWERS,
)
async def get_portal_attachment_content(
    attachment_id: UUID,
    uow: Uow,
    actor: Recipient,
    asked: AskedFile,
) -> Response:
    """Always sent as an attachment, never to be shown in place."""
    return download(asked, await attachments.get(uow, actor, attachment_id))


@router.post("/attachments/{attachment_id}/links", summary="Make a link to a file of my tickets", status_code=201)
async def create_portal_attachment_link(
    attachment_id: UUID, uow: Uow, actor: Recipient, resources: ResourcesDep
) -> AttachmentLink:
    """The link needs no credential, holds for five minutes and as long as you still see the file."""
    token, expires_at = await attachment_links.issue(uow, actor, resources.signer, attachment_id)
    return AttachmentLink(url=f"{resources.config.public_url}/api/v1/files/{token}", expires_at=expires_at)
