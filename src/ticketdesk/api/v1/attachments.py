"""Files on tickets, as staff add and read them, and the links that open any file for a while."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response

from ticketdesk.api.deps import Public, ResourcesDep, Uow, permitted
from ticketdesk.api.downloads import ANSWERS, AskedFile, download
from ticketdesk.api.idempotency import IdempotentRoute
from ticketdesk.api.pagination import Paging, render_page
from ticketdesk.api.rate_limits import limited
from ticketdesk.api.uploads import MAX_BODY_BYTES, Upload, UploadRoute, form, read_fields, uploaded
from ticketdesk.domain.actors import Actor
from ticketdesk.domain.permissions import Permission
from ticketdesk.domain.rate_limits import Limited
from ticketdesk.domain.tickets import Visibility
from ticketdesk.schemas.attachments import Attachment, AttachmentCreate, AttachmentLink, AttachmentPage
from ticketdesk.services import attachment_links, attachments

router = APIRouter(tags=["attachments"], route_class=IdempotentRoute)
uploads = APIRouter(tags=["attachments"], route_class=UploadRoute)
Reader = Annotated[Actor, Depends(permitted(Permission.TICKETS_READ))]
VISIBILITY = {"type": "string", "enum": [each.value for each in Visibility], "default": Visibility.INTERNAL.value}


@router.get("/tickets/{ticket_id}/attachments", summary="List the files on a ticket")
async def list_attachments(
    ticket_id: UUID, paging: Paging, uow: Uow, actor: Reader, request: Request, response: Response
) -> AttachmentPage:
    """Oldest first, internal ones included."""
    return render_page(AttachmentPage, await attachments.page(uow, actor, ticket_id, paging), request, response)


@uploads.post(
    "/tickets/{ticket_id}/attachments",
    dependencies=[Depends(limited(Limited.UPLOAD))],
    summary="Attach a file to a ticket",
    status_code=201,
    openapi_extra=form({"visibility": VISIBILITY}),
    max_body_size=MAX_BODY_BYTES,
)
async def create_attachment(
    ticket_id: UUID,
    uow: Uow,
    actor: Annotated[Actor, Depends(permitted(Permission.TICKETS_WRITE))],
    upload: Annotated[Upload, Depends(uploaded)],
    response: Response,
) -> Attachment:
    """The file stays internal unless `visibility` says otherwise, or a comment that names it in `attachment_ids` does.

    How large a file may be, and how many may be on a ticket, are settings (`/settings/attachments`).
    """
    said = read_fields(upload, AttachmentCreate)
    added = await attachments.attach(uow, actor, ticket_id, upload.content, upload.name, said.visibility)
    response.headers["Location"] = f"/api/v1/attachments/{added.id}"
    return added


@router.get("/attachments/{attachment_id}", summary="Read what is known of a file")
async def get_attachment(attachment_id: UUID, uow: Uow, actor: Reader) -> Attachment:
    """Its name, media type, size and SHA-256, who attached it and when."""
    return await attachments.get(uow, actor, attachment_id)


@router.get(
    "/attachments/{attachment_id}/content", summary="Download a file", response_class=Response, responses=ANSWERS
)
async def get_attachment_content(
    attachment_id: UUID,
    uow: Uow,
    actor: Reader,
    asked: AskedFile,
) -> Response:
    """Always sent as an attachment, never to be shown in place."""
    return download(asked, await attachments.get(uow, actor, attachment_id))


@router.post("/attachments/{attachment_id}/links", summary="Make a link to a file", status_code=201)
async def create_attachment_link(
    attachment_id: UUID, uow: Uow, actor: Reader, resources: ResourcesDep
) -> AttachmentLink:
    """The link needs no credential, holds for five minutes and as long as you still see the file."""
    token, expires_at = await attachment_links.issue(uow, actor, resources.signer, attachment_id)
    return AttachmentLink(url=f"{resources.config.public_url}/api/v1/files/{token}", expires_at=expires_at)


@router.get(
    "/files/{token}",
    dependencies=[
        Depends(limited(Limited.FILE_LINK)),
        Depends(Public("The token in the path says who asks; it holds for five minutes.", credential="token")),
    ],
    summary="Download a file by its link",
    response_class=Response,
    responses=ANSWERS,
)
async def get_linked_file(
    token: str,
    uow: Uow,
    resources: ResourcesDep,
    asked: AskedFile,
) -> Response:
    """Always sent as an attachment, never to be shown in place; 404 once the link does not hold any more."""
    found = await attachment_links.follow(uow, resources.signer, token)
    return download(asked, found)
