"""A misspelt filter must not silently return everything: parameters that a route does not have are refused."""

from collections.abc import Iterator
from inspect import isclass

from fastapi import Request
from fastapi.dependencies.models import Dependant
from pydantic import BaseModel

from ticketdesk.domain.errors import FieldError, InvalidInput

MAX_NAMED = 10
MAX_NAME_LENGTH = 50


def declared(dependant: Dependant) -> frozenset[str]:
    """Return the names of every query parameter of a route, those of its dependencies and models included."""
    return frozenset(_names(dependant))


def _names(dependant: Dependant) -> Iterator[str]:
    for parameter in dependant.query_params:
        kind = parameter.field_info.annotation
        if isclass(kind) and issubclass(kind, BaseModel):
            yield from kind.model_fields
        else:
            yield parameter.alias
    for inner in dependant.dependencies:
        yield from _names(inner)


def refuse_others(request: Request, known: frozenset[str]) -> None:
    """Raise ``InvalidInput`` (``unknown_parameter``) for query parameters that are not ``known``."""
    if not request.scope["query_string"]:
        return
    unknown = sorted(set(request.query_params) - known)[:MAX_NAMED]
    if unknown:
        raise InvalidInput(
            *(FieldError(_shown(name), "unknown_parameter", "There is no such parameter here.") for name in unknown)
        )


def _shown(name: str) -> str:
    return name[:MAX_NAME_LENGTH] if name.isprintable() else "?"
