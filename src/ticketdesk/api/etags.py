"""``ETag``, ``If-Match`` and ``If-None-Match`` over the version that a resource carries (spec: api.md, change)."""

import hashlib
import re
from typing import Annotated, Any

from fastapi import Depends, Header, Request, Response

from ticketdesk.api.routing import Handler, StrictRoute
from ticketdesk.domain.errors import InvalidInput
from ticketdesk.domain.versions import Expected
from ticketdesk.schemas.base import Schema
from ticketdesk.schemas.ready_json import Resource

IF_NONE_MATCH = "If-None-Match"
# One entity tag of ours, or of somebody else's making: an opaque text in quotes, commas included (RFC 9110 section
# 8.8.3); up to 20 of them, or the asterisk that stands for each.
_TAG_FORM = '(W/)?"([!#-~]*)"'
ENTITY_TAGS = rf"^([*]|{_TAG_FORM}([ \t]*,[ \t]*{_TAG_FORM}){{0,19}})$"
ENTITY_TAGS_FORMAT = "entity-tags"
_TAG = re.compile(_TAG_FORM)
_TAGS = re.compile(ENTITY_TAGS)
# A version, and what ``tag_document`` adds to it.
_VERSION = re.compile(r"([1-9]\d{0,9})(-[0-9a-f]{16})?", re.ASCII)


def tag(response: Response, version: int) -> None:
    """Set the response's strong ``ETag``."""
    response.headers["ETag"] = f'"{version}"'


def tag_document(response: Response, document: Resource[Any]) -> None:
    """Set a strong ``ETag`` of version and content, for what shows more than has this version.

    A ticket names people who may get other names, and the steps that are open to who reads it. ``If-Match`` asks for
    the version alone, with or without the rest: who changes a ticket need not know how a colleague is called now.
    """
    _tag_both(response, document.version, document.body)


def tag_shown(response: Response, version: int, body: Schema) -> None:
    """Set a tag as ``tag_document`` does, for an object that the database has not written down as JSON."""
    _tag_both(response, version, body.model_dump_json().encode())


def _tag_both(response: Response, version: int, content: bytes) -> None:
    digest = hashlib.blake2b(content, digest_size=8).hexdigest()
    response.headers["ETag"] = f'"{version}-{digest}"'


def _tags(header: str, name: str) -> list[re.Match[str]] | None:
    """Read a list of entity tags, ``None`` for ``*``, which stands for each; raises ``InvalidInput`` for others."""
    if not _TAGS.fullmatch(header):
        raise InvalidInput.at(name, "invalid_etag", 'Up to 20 entity tags as an ETag header gave them, such as "3".')
    return None if header == "*" else list(_TAG.finditer(header))


def _versions(header: str, name: str) -> Expected:
    """Read a list of entity tags by strong comparison (RFC 9110 section 13.1.1); others' tags match no version."""
    tags = _tags(header, name)
    if tags is None:
        return None
    found = (_VERSION.fullmatch(match[2]) for match in tags if not match[1])
    return frozenset(int(version[1]) for version in found if version)


def expected_version(
    if_match: Annotated[str | None, Header(description="`ETag` of the version that this change was made for")] = None,
) -> Expected:
    """Read ``If-Match``; raises ``InvalidInput`` for what is no list of entity tags."""
    return None if if_match is None else _versions(if_match, "If-Match")


IfMatch = Annotated[Expected, Depends(expected_version)]


def tag_content(response: Response, body: Schema) -> None:
    """Set an ``ETag`` of the content, for what has no version and is polled."""
    response.headers["ETag"] = f'"{hashlib.sha256(body.model_dump_json().encode()).hexdigest()[:32]}"'


class ConditionalRoute(StrictRoute):
    """A route that spares a caller what they have: 304 for every GET whose answer carries an ``ETag`` they named."""

    def get_route_handler(self) -> Handler:
        """Return what answers a request, with less where ``If-None-Match`` allows it (RFC 9110 section 13.1.2)."""
        handle = super().get_route_handler()
        if "GET" not in (self.methods or ()):
            return handle

        async def answer(request: Request) -> Response:
            header = request.headers.get(IF_NONE_MATCH)
            if header is None:
                return await handle(request)
            # Judged last, as every input: who may not ask is told that and nothing else.
            response = await handle(request)
            return _unless_among(_tags(header, IF_NONE_MATCH), response)

        return answer


def _unless_among(known: list[re.Match[str]] | None, response: Response) -> Response:
    entity_tag = response.headers.get("ETag")
    if response.status_code not in {200, 206} or entity_tag is None:
        return response
    is_known = known is None or any(f'"{match[2]}"' == entity_tag.removeprefix("W/") for match in known)
    return Response(status_code=304, headers={"ETag": entity_tag}) if is_known else response
