"""One file of any size to the storage, as it arrives, for routes that attach it then.

The caller is asked for before the body is: a stranger writes nothing. Then no database connection is held until all of
the file is stored, however slowly it comes. A content that was stored and is refused afterwards, because the ticket has
no room, stays where nobody can ask for it until housekeeping removes it.

An ``Idempotency-Key`` is compared by what the form says: the file's name and SHA-256, and the other fields. So a client
may draw a new boundary, or send the parts in another order, and still gets the answer that it had.
"""

import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from starlette.requests import ClientDisconnect

from ticketdesk.api import multipart_forms
from ticketdesk.api.body_limits import CLOSE, Body
from ticketdesk.api.deps import Permitted, ResourcesDep, Uow, declared_access, resources_of
from ticketdesk.api.idempotency import IdempotentRoute
from ticketdesk.api.multipart_forms import Part, PartEnd
from ticketdesk.api.rate_limits import declared_limit
from ticketdesk.api.refusals import RequestRefused
from ticketdesk.bootstrap import Resources
from ticketdesk.domain import file_names
from ticketdesk.domain.attachments import MAX_FILE_BYTES
from ticketdesk.domain.errors import InvalidInput
from ticketdesk.domain.ports import Storage
from ticketdesk.domain.stored_contents import StoredContent
from ticketdesk.schemas.base import Input
from ticketdesk.services import attachments, stored_files

FILE = "file"
# Lines between the parts, their headers, and the other fields.
FORM_BYTES = 65_536
MAX_BODY_BYTES = MAX_FILE_BYTES + FORM_BYTES
MAX_FIELD_BYTES = 256
# Several times as many as any form here has; each is held until the end.
MAX_FIELDS = 16

Said = TypeVar("Said", bound=Input)
Events = AsyncIterator[Part | bytes | PartEnd]


@dataclass(slots=True)
class Upload:
    """A file that the storage has, under its cleaned name, and what was said of it."""

    name: str
    content: StoredContent
    fields: dict[str, str] = field(default_factory=dict)

    def identity(self) -> bytes:
        """Return what makes two uploads the same for an ``Idempotency-Key``."""
        said = {"file": {"name": self.name, "sha256": self.content.digest.hex()}, "fields": self.fields}
        return json.dumps(said, sort_keys=True).encode()


class UploadRoute(IdempotentRoute):
    """A route whose body is a form with one file; it finds it by ``uploaded``."""

    async def take_in(self, request: Request, *, expects_json: bool) -> Request:  # noqa: ARG002 - never expected here
        """Store the file; raises what refuses the caller, and ``RequestRefused`` and ``InvalidInput`` for the form."""
        resources, body = resources_of(request), request.state.body
        try:
            limit = await self._admit(request, resources)
            upload = await _receive(request, body, resources.storage, limit)
        except Exception:
            if not await body.drop():
                # What is still under way must not be read as the next request.
                request.state.added_headers = getattr(request.state, "added_headers", {}) | CLOSE
            raise
        request.state.upload = upload
        request.state.upload_content = upload.identity()
        return request

    async def _admit(self, request: Request, resources: Resources) -> int:
        """Count and authenticate the caller; return how many bytes a file may have."""
        limit, access = declared_limit(self.dependant), declared_access(self.dependant)
        assert limit is not None  # noqa: S101 - an upload costs disk, so every such route declares one
        assert isinstance(access, Permitted)  # noqa: S101 - and none of them is public
        await limit(request, resources)
        async with resources.unit_of_work() as uow:
            await access.identify(request, resources, uow)
            return await attachments.max_file_bytes(uow)


async def uploaded(request: Request, uow: Uow, resources: ResourcesDep) -> Upload:
    """Return what ``UploadRoute`` took in, claimed for the request's transaction; raises ``StorageUnavailable``."""
    upload: Upload = request.state.upload
    await stored_files.claim(uow, resources.storage, upload.content.digest)
    return upload


def read_fields(upload: Upload, schema: type[Said]) -> Said:
    """Return the fields beside the file; raises ``RequestValidationError`` for those that do not fit."""
    try:
        return schema.model_validate(upload.fields)
    except ValidationError as error:
        raise RequestValidationError([{**one, "loc": ("body", *one["loc"])} for one in error.errors()]) from error


def form(properties: Mapping[str, object]) -> dict[str, object]:
    """Return what the contract says of the body: a file, and ``properties``."""
    schema = {
        "type": "object",
        "required": [FILE],
        "additionalProperties": False,
        "properties": {FILE: {"type": "string", "format": "binary", "minLength": 1}, **properties},
    }
    return {"requestBody": {"required": True, "content": {multipart_forms.FORM: {"schema": schema}}}}


async def _receive(request: Request, body: Body, storage: Storage, limit: int) -> Upload:
    content_type = request.headers.get("content-type", "")
    await body.pass_on(request.scope, limit + FORM_BYTES)
    upload: Upload | None = None
    fields: dict[str, str] = {}
    try:
        events = multipart_forms.parts(content_type, request.stream())
        async for event in events:
            if not isinstance(event, Part):
                continue
            if event.name in fields or (event.name == FILE and upload is not None):
                raise InvalidInput.at(f"/{event.name}", "repeated_name", "The form has this field twice.")
            if event.name == FILE:
                upload = await _store(event, events, storage, limit)
            elif len(fields) == MAX_FIELDS:
                raise RequestRefused(400, "malformed_request", f"A form may have at most {MAX_FIELDS} fields here.")
            else:
                fields[event.name] = await _value(event, events)
    except ClientDisconnect as error:
        raise RequestRefused(400, "malformed_request", "The body ended early.") from error
    if upload is None:
        raise InvalidInput.at(f"/{FILE}", "missing", "Upload a file in the form field named file.")
    upload.fields = fields
    return upload


async def _store(part: Part, events: Events, storage: Storage, limit: int) -> Upload:
    if part.file_name is None:
        raise InvalidInput.at(f"/{FILE}", "not_a_file", "This field takes a file, with a file name.")
    content = await storage.put(_bounded(events, limit))
    return Upload(file_names.clean(part.file_name), content)


async def _bounded(events: Events, limit: int) -> AsyncIterator[bytes]:
    """Yield the content of the part that has begun; raises for one that is too large, or empty."""
    size = 0
    async for event in events:
        if not isinstance(event, bytes):
            break
        size += len(event)
        if size > limit:
            raise RequestRefused(413, "body_too_large", f"A file may have at most {limit} bytes here.")
        yield event
    if not size:
        raise InvalidInput.at(f"/{FILE}", "empty_file", "The file is empty.")


async def _value(part: Part, events: Events) -> str:
    value = b""
    async for event in events:
        if not isinstance(event, bytes):
            break
        value += event
        if len(value) > MAX_FIELD_BYTES:
            raise InvalidInput.at(f"/{part.name}", "too_long", f"A field has at most {MAX_FIELD_BYTES} bytes.")
    return value.decode(errors="replace")
