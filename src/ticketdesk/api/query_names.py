"""A misspelt filter must not silently return everything: what a route would not read of a query is refused."""

from collections import Counter
from collections.abc import Iterator, Mapping
from inspect import isclass
from typing import Any, get_origin
from urllib.parse import unquote_to_bytes

from fastapi import Request
from fastapi.dependencies.models import Dependant
from pydantic import BaseModel

from ticketdesk.api.json_spots import MAX_NAME_LENGTH
from ticketdesk.domain.errors import FieldError, InvalidInput

MAX_NAMED = 10


def declared(dependant: Dependant) -> Mapping[str, bool]:
    """Return every query parameter of a route, and whether it may come several times.

    Those of the route's dependencies and models are included.
    """
    return dict(_parameters(dependant))


def _parameters(dependant: Dependant) -> Iterator[tuple[str, bool]]:
    for parameter in dependant.query_params:
        kind = parameter.field_info.annotation
        if isclass(kind) and issubclass(kind, BaseModel):
            yield from ((name, _is_list(each.annotation)) for name, each in kind.model_fields.items())
        else:
            yield parameter.alias, _is_list(kind)
    for inner in dependant.dependencies:
        yield from _parameters(inner)


def _is_list(kind: Any) -> bool:
    return get_origin(kind) is list


def refuse_others(request: Request, known: Mapping[str, bool]) -> None:
    """Raise ``InvalidInput`` for what is not ``known`` or cannot be read as it was meant.

    ``not_utf8``: the percent encoding of something else. ``unknown_parameter``. ``repeated_parameter``: one that has a
    single value, of which we would read the last.
    """
    query: bytes = request.scope["query_string"]
    if not query:
        return
    _refuse(_not_utf8(query), "not_utf8", "This is not UTF-8.")
    _refuse(set(request.query_params) - set(known), "unknown_parameter", "There is no such parameter here.")
    given = Counter(name for name, _ in request.query_params.multi_items())
    repeated = {name for name, count in given.items() if count > 1 and not known[name]}
    _refuse(repeated, "repeated_parameter", "This parameter has one value only.")


def _not_utf8(query: bytes) -> set[str]:
    """Return the names of parameters that hold, or are, what the framework would put marks of replacement for."""
    if b"%" not in query:
        return set()
    return {
        unquote_to_bytes(part.partition(b"=")[0]).decode(errors="replace")
        for part in query.split(b"&")
        if _is_other(part)
    }


def _is_other(part: bytes) -> bool:
    try:
        unquote_to_bytes(part).decode()
    except UnicodeDecodeError:
        return True
    return False


def _refuse(names: set[str], code: str, detail: str) -> None:
    if names:
        raise InvalidInput(*(FieldError(_shown(name), code, detail) for name in sorted(names)[:MAX_NAMED]))


def _shown(name: str) -> str:
    return name[:MAX_NAME_LENGTH] if name.isprintable() else "?"
