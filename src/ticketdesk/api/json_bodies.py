"""Read a request's JSON once, and strictly: what two parsers could read differently is refused (RFC 8259, RFC 7493)."""

import json
import math
import re
from typing import Any, NoReturn

from fastapi import Request
from starlette.requests import ClientDisconnect

from ticketdesk.api import json_spots
from ticketdesk.api.refusals import RequestRefused
from ticketdesk.domain.errors import FieldError, InvalidInput

MAX_DEPTH = 32
# Far more than any object of the contract has: each that is unknown costs its line in a list of what is wrong.
MAX_MEMBERS = 1_000
_SURROGATE_ESCAPE = re.compile(rb"\\u[dD][89a-fA-F]")
_UNSET = object()
NOT_JSON = "This takes a body of type application/json, in UTF-8."


class MalformedJson(RequestRefused):
    """The body is no JSON text, or one that our rules do not admit."""

    def __init__(self, detail: str, *errors: FieldError) -> None:
        super().__init__(400, "malformed_json", detail, errors=errors)


class _RepeatedName(Exception):
    """An object has the same name twice."""


def _refuse_constant(_name: str) -> NoReturn:
    raise MalformedJson("NaN and Infinity are not JSON.")


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise MalformedJson("A number in the body is too large.")
    return number


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(pairs) > MAX_MEMBERS:
        raise MalformedJson(f"An object in the body has more than {MAX_MEMBERS} members.")
    members = dict(pairs)
    if len(members) != len(pairs):
        raise _RepeatedName
    return members


def _is_deeper_than(value: object, limit: int) -> bool:
    level = [value]
    for _ in range(limit):
        level = [
            child
            for node in level
            for child in (node.values() if isinstance(node, dict) else node if isinstance(node, list) else ())
        ]
        if not level:
            return False
    return True


def parse(body: bytes) -> Any:
    """Return the value of a JSON text in UTF-8.

    Raises ``MalformedJson`` for anything else, for NaN and Infinity, for a name that comes twice in one object, for
    more than 1,000 names in one and for more than 32 levels; ``InvalidInput`` for a lone surrogate, which no text in
    UTF-8 can hold.
    """
    try:
        value = json.loads(
            body.decode(),
            parse_constant=_refuse_constant,
            parse_float=_finite,
            object_pairs_hook=_members,
        )
        is_too_deep = _is_deeper_than(value, MAX_DEPTH)
    except RecursionError:
        is_too_deep = True
    except _RepeatedName:
        raise _at_the_repeated_name(body) from None
    except UnicodeDecodeError as error:
        raise MalformedJson("The body is not UTF-8.") from error
    except ValueError as error:
        raise MalformedJson("The body is not valid JSON.") from error
    if is_too_deep:
        raise _at_the_depth(body)
    if _SURROGATE_ESCAPE.search(body):
        _refuse_lone_surrogates(value, body)
    return value


def _at_the_repeated_name(body: bytes) -> MalformedJson:
    pointer = json_spots.find(body, lambda spot: spot.is_repeated)
    error = FieldError(pointer, "repeated_name", "The object has this name twice.")
    return MalformedJson("An object in the body has the same name twice.", error)


def _at_the_depth(body: bytes) -> MalformedJson:
    pointer = json_spots.find(body, lambda spot: spot.depth > MAX_DEPTH)
    error = FieldError(pointer, "too_deep", "This would be one level too many.")
    return MalformedJson(f"The body has more than {MAX_DEPTH} levels.", error)


def _refuse_lone_surrogates(value: object, body: bytes) -> None:
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError as error:
        pointer = json_spots.find(body, lambda spot: spot.has_lone_surrogate)
        raise InvalidInput.at(pointer, "lone_surrogate", "A text holds half of a surrogate pair.") from error


def is_json(content_type: str) -> bool:
    """Tell whether a ``Content-Type`` names JSON (RFC 6839: or a type built on it) and no other charset than UTF-8."""
    if content_type == "application/json":
        return True
    media_type, *parameters = (part.strip().lower() for part in content_type.split(";"))
    charsets = (text.partition("=")[2].strip('"') for text in parameters if text.startswith("charset"))
    is_named = media_type == "application/json" or (
        media_type.startswith("application/") and media_type.endswith("+json")
    )
    return is_named and all(charset in {"utf-8", "utf8"} for charset in charsets)


class JsonRequest(Request):
    """A request whose ``json()`` was read by our rules; made by ``read``."""

    _value: Any = _UNSET

    async def json(self) -> Any:
        """Return the body's value."""
        if self._value is _UNSET:
            self._value = parse(await self.body())
        return self._value

    async def load(self, *, expects_json: bool) -> None:
        """Take the whole body in, before anything else is held for this request.

        Raises as ``parse`` does, and ``RequestRefused`` for a body that does not arrive, and where JSON is expected
        for a body of another kind.
        """
        try:
            body = await self.body()
        except ClientDisconnect as error:
            raise RequestRefused(400, "malformed_request", "The body ended early.") from error
        if not body or not expects_json:
            return
        if not is_json(self.headers.get("content-type", "")):
            raise RequestRefused(415, "unsupported_media_type", NOT_JSON, headers={"Accept": "application/json"})
        self._value = parse(body)
