"""``ETag``, ``If-Match`` and ``If-None-Match`` over the version that a resource carries (spec: api.md, change)."""

import hashlib
import re
from typing import Annotated, TypeVar

from fastapi import Depends, Header, Request, Response

from ticketdesk.api.routing import Handler, StrictRoute
from ticketdesk.domain.errors import InvalidInput
from ticketdesk.domain.versions import Expected
from ticketdesk.schemas.base import Schema

Answer = TypeVar("Answer", bound=Schema)

MAX_TAGS = 20
IF_NONE_MATCH = "If-None-Match"
# One entity tag of ours, or of somebody else's making: an opaque string in quotes (RFC 9110 section 8.8.3).
_TAG = re.compile(r'(W/)?"([\x21\x23-\x7e]*)"', re.ASCII)
_VERSION = re.compile(r"[1-9]\d{0,9}", re.ASCII)


def tag(response: Response, version: int) -> None:
    """Set the response's strong ``ETag``."""
    response.headers["ETag"] = f'"{version}"'


def _tags(header: str, name: str) -> list[re.Match[str]] | None:
    """Read a list of entity tags, ``None`` for ``*``, which stands for each; raises ``InvalidInput`` for others."""
    if header.strip() == "*":
        return None
    found = [_TAG.fullmatch(part.strip()) for part in header.split(",", MAX_TAGS)]
    tags = [match for match in found if match]
    if len(found) > MAX_TAGS or len(tags) != len(found):
        raise InvalidInput.at(name, "invalid_etag", 'Up to 20 entity tags as an ETag header gave them, such as "3".')
    return tags


def _versions(header: str, name: str, *, is_strong: bool) -> Expected:
    """Read a list of entity tags; tags that are none of ours match no version."""
    tags = _tags(header, name)
    if tags is None:
        return None
    found = (match for match in tags if not (is_strong and match[1]))
    return frozenset(int(match[2]) for match in found if _VERSION.fullmatch(match[2]))


def expected_version(
    if_match: Annotated[str | None, Header(description="`ETag` of the version that this change was made for")] = None,
) -> Expected:
    """Read ``If-Match``; raises ``InvalidInput`` for what is no list of entity tags."""
    return None if if_match is None else _versions(if_match, "If-Match", is_strong=True)


def known_version(
    if_none_match: Annotated[str | None, Header(description="`ETag` of the version that the caller has")] = None,
) -> Expected:
    """Read ``If-None-Match`` (weak comparison, RFC 9110 section 13.1.2); empty when nothing is known yet."""
    return frozenset() if if_none_match is None else _versions(if_none_match, "If-None-Match", is_strong=False)


IfMatch = Annotated[Expected, Depends(expected_version)]
IfNoneMatch = Annotated[Expected, Depends(known_version)]


def not_modified(version: int, known: Expected) -> Response | None:
    """Return the 304 for a caller who has this version already, ``None`` for one who needs the body."""
    if known is not None and version not in known:
        return None
    return Response(status_code=304, headers={"ETag": f'"{version}"'})


def unless_known(request: Request, response: Response, body: Answer) -> Answer:
    """Return ``body`` with an ``ETag`` of its content, or the 304 for a caller who has just this (for polling)."""
    entity_tag = f'"{hashlib.sha256(body.model_dump_json().encode()).hexdigest()[:32]}"'
    known = {part.strip().removeprefix("W/") for part in request.headers.get("If-None-Match", "").split(",")}
    if entity_tag in known or "*" in known:
        return Response(status_code=304, headers={"ETag": entity_tag})  # type: ignore[return-value]  # passes through
    response.headers["ETag"] = entity_tag
    return body


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
            known = _tags(header, IF_NONE_MATCH)
            return _unless_among(known, await handle(request))

        return answer


def _unless_among(known: list[re.Match[str]] | None, response: Response) -> Response:
    entity_tag = response.headers.get("ETag")
    if response.status_code != 200 or entity_tag is None:
        return response
    is_known = known is None or any(f'"{match[2]}"' == entity_tag.removeprefix("W/") for match in known)
    return Response(status_code=304, headers={"ETag": entity_tag}) if is_known else response
