"""Cursors: opaque to clients, bound to the filter and the order of the list they came from (spec: api.md, lists)."""

import base64
import binascii
import hashlib
import json
from datetime import datetime
from typing import Annotated, Any, TypeVar, cast
from urllib.parse import urlencode
from uuid import UUID

from fastapi import Depends, Query, Request, Response

from ticketdesk.domain.errors import InvalidInput
from ticketdesk.domain.paging import DEFAULT_LIMIT, MAX_LIMIT, Page, PageRequest, Position
from ticketdesk.schemas.base import PageSchema
from ticketdesk.schemas.ready_json import ReadyJson

AnyDocument = TypeVar("AnyDocument", bound=ReadyJson[Any])
PageType = TypeVar("PageType", bound=PageSchema[Any])
# What the encoding below leaves (RFC 4648 section 5), without padding.
CURSOR = "^[A-Za-z0-9_-]+$"
NOT_FILTERS = frozenset({"limit", "cursor"})


def _binding(request: Request) -> str:
    """Return a digest of the path and of every parameter that decides which rows come, in which order."""
    filters = sorted((key, value) for key, value in request.query_params.multi_items() if key not in NOT_FILTERS)
    return hashlib.sha256(json.dumps([request.scope["path"], filters]).encode()).hexdigest()[:16]


def _encode(position: Position, binding: str) -> str:
    text = f"{binding}|{position.at.isoformat()}|{position.id}"
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _decode(cursor: str, binding: str) -> Position:
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
        bound_to, at, row_id = text.split("|")
        position = Position(datetime.fromisoformat(at), UUID(row_id))
        position.at.astimezone()
    except (ValueError, binascii.Error, OverflowError) as error:
        raise InvalidInput.at("cursor", "invalid_cursor", "This is not a cursor that a list gave.") from error
    if bound_to != binding or position.at.tzinfo is None:
        raise InvalidInput.at("cursor", "cursor_mismatch", "This cursor belongs to another filter or order.")
    return position


def page_request(
    request: Request,
    limit: Annotated[int, Query(ge=1, le=MAX_LIMIT, description="rows per page")] = DEFAULT_LIMIT,
    cursor: Annotated[
        str | None,
        Query(max_length=500, pattern=CURSOR, description="`next_cursor` of the page before; same filter and order"),
    ] = None,
) -> PageRequest:
    """Read ``limit`` and ``cursor``; ``sort=-…`` makes it descending."""
    is_descending = request.query_params.get("sort", "").startswith("-")
    return PageRequest(limit, _decode(cursor, _binding(request)) if cursor else None, is_descending)


Paging = Annotated[PageRequest, Depends(page_request)]


def render_page(kind: type[PageType], page: Page[Any], request: Request, response: Response) -> PageType:
    """Return the page in its wire shape and set ``Link: rel="next"`` (RFC 8288) while there is more."""
    cursor = _link_next(page, request, response)
    return cast("PageType", kind.model_construct(items=page.items, next_cursor=cursor))


def render_documents(page: Page[AnyDocument], request: Request, response: Response) -> ReadyJson[Any]:
    """Return the page as ``render_page`` does, of items that are written down already."""
    cursor = _link_next(page, request, response)
    items = b",".join(item.body for item in page.items)
    return ReadyJson(b'{"items":[%b],"next_cursor":%b}' % (items, json.dumps(cursor).encode()))


def _link_next(page: Page[Any], request: Request, response: Response) -> str | None:
    if page.next is None:
        return None
    cursor = _encode(page.next, _binding(request))
    # From the scope: to take its address apart costs more than all else that is done for the link.
    asked = [(name, value) for name, value in request.query_params.multi_items() if name != "cursor"]
    query = urlencode([*asked, ("cursor", cursor)])
    response.headers["Link"] = f'<{request.scope["path"]}?{query}>; rel="next"'
    return cursor
