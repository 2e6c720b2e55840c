"""Documents as files, in JSON and YAML: to bring a register along, and to take it elsewhere."""

import asyncio
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response

from ticketdesk.api.content_types import JSON, VARY, also, negotiated
from ticketdesk.api.deps import Uow, permitted
from ticketdesk.api.etags import tag_shown
from ticketdesk.api.idempotency import IdempotentRoute
from ticketdesk.api.json_bodies import JsonRequest, is_json
from ticketdesk.api.openapi_responses import header_refs
from ticketdesk.api.refusals import RequestRefused
from ticketdesk.api.yaml_bodies import YAML, YamlRequest, is_yaml
from ticketdesk.api.yaml_texts import write
from ticketdesk.domain.actors import Actor
from ticketdesk.domain.permissions import Permission
from ticketdesk.schemas.document_files import DocumentFile
from ticketdesk.schemas.documents import Document
from ticketdesk.services import document_exports, document_imports

MAX_BODY_BYTES = 4 * 1024 * 1024
_NEITHER = "This takes a body of type application/json or application/yaml, in UTF-8."
IN_YAML = {"requestBody": {"content": {YAML: {"schema": {"$ref": "#/components/schemas/DocumentFile"}}}}}


class FileRoute(IdempotentRoute):
    """A route that takes its body in JSON or in YAML, by its ``Content-Type``."""

    async def take_in(self, request: Request, *, expects_json: bool) -> Request:
        """Return the request with its body read; raises ``RequestRefused`` (415) for a body of any other type."""
        content_type = request.headers.get("content-type", "")
        has_known_type = is_json(content_type) or is_yaml(content_type)
        read = (YamlRequest if is_yaml(content_type) else JsonRequest)(request.scope, request.receive)
        await read.load(expects_json=expects_json and has_known_type)
        if await read.body() and not has_known_type:
            headers = {"Accept": f"{JSON}, {YAML}"}
            raise RequestRefused(415, "unsupported_media_type", _NEITHER, headers=headers)
        return read


router = APIRouter(prefix="/documents", tags=["documents"], route_class=FileRoute)

CAN_READ = [Depends(permitted(Permission.DOCUMENTS_READ))]
Writer = Annotated[Actor, Depends(permitted(Permission.DOCUMENTS_WRITE, also=Permission.DOCUMENTS_READ))]
Media = Annotated[str, Depends(negotiated(JSON, YAML))]


@router.post(
    "/import",
    summary="Import a document",
    openapi_extra=IN_YAML,
    responses={200: {"headers": header_refs("Location")}},
    max_body_size=MAX_BODY_BYTES,
)
async def import_document(data: DocumentFile, uow: Uow, actor: Writer, response: Response) -> Document:
    """Create the document, or make the one with the same `external_id` what the file says; all of it or nothing.

    Sections and questions are matched by `code`; those that the file does not have are removed. Answers come along
    into the history that every answer has. At most 4 MiB.
    """
    document = await document_imports.import_document(uow, actor, data)
    response.headers["Location"] = f"/api/v1/documents/{document.id}"
    tag_shown(response, document.version, document)
    return document


@router.get(
    "/{document_id}/export",
    dependencies=CAN_READ,
    summary="Export a document",
    response_model=DocumentFile,
    responses=also(YAML),
)
async def export_document(document_id: UUID, uow: Uow, media: Media) -> Response:
    """Return the document with its answers as a file that an import takes; what is empty is left out."""
    file = await document_exports.export(uow, document_id)
    headers = VARY | {"Content-Disposition": f'attachment; filename="{file.module}-{document_id}.{media[12:]}"'}
    if media == JSON:
        return Response(file.model_dump_json(exclude_defaults=True), media_type=JSON, headers=headers)
    text = await asyncio.to_thread(write, file.model_dump(mode="json", exclude_defaults=True))
    return Response(text, media_type=YAML, headers=headers)
