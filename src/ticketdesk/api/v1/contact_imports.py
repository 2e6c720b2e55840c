"""Contacts from a file."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from starlette.datastructures import UploadFile

from ticketdesk.api.deps import Uow, permitted
from ticketdesk.api.idempotency import IdempotentRoute
from ticketdesk.api.rate_limits import limited
from ticketdesk.api.refusals import RequestRefused
from ticketdesk.domain.contact_files import FILE
from ticketdesk.domain.errors import InvalidInput
from ticketdesk.domain.permissions import Permission
from ticketdesk.domain.rate_limits import Limited
from ticketdesk.schemas.contact_imports import ContactImport
from ticketdesk.services import contact_imports

MAX_BODY_BYTES = 4 * 1024 * 1024
FORM = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "additionalProperties": False,
                    "properties": {"file": {"type": "string", "format": "binary", "contentMediaType": "text/csv"}},
                }
            }
        },
    }
}

router = APIRouter(prefix="/contacts", tags=["contacts"], route_class=IdempotentRoute)


async def uploaded_file(request: Request) -> bytes:
    """Return what the form field ``file`` holds.

    Read here and not declared as the route's body, because the framework would take the form apart before the caller
    is known and an idempotency key has seen the body.
    """
    if not request.headers.get("content-type", "").lower().startswith("multipart/form-data"):
        raise RequestRefused(415, "unsupported_media_type", "This takes a form of type multipart/form-data.")
    async with request.form(max_files=1, max_fields=0) as form:
        file = form.get("file")
        if not isinstance(file, UploadFile):
            raise InvalidInput.at(FILE, "missing", "Upload a CSV file in the form field named file.")
        return await file.read()


@router.post(
    "/import",
    dependencies=[Depends(limited(Limited.CONTACT_IMPORT)), Depends(permitted(Permission.CONTACTS_WRITE))],
    summary="Import contacts from CSV",
    openapi_extra=FORM,
    max_body_size=MAX_BODY_BYTES,
)
async def import_contacts(
    uow: Uow,
    content: Annotated[bytes, Depends(uploaded_file)],
    dry_run: Annotated[bool, Query(description="say what would become of each row, and change nothing")] = False,
) -> ContactImport:
    """Create and update contacts from a CSV file in UTF-8 with a header row.

    The columns are `name`, `email`, `account`, `job_title`, `phone` and `external_id`, of which the first two are
    required. Each row is matched by external id, then by address; empty cells change nothing; rows that fail do not
    keep the others from being imported. At most 10,000 rows and 4 MiB.
    """
    return await contact_imports.import_contacts(uow, content, is_dry_run=dry_run)
