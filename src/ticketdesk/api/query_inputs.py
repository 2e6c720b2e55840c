"""Query parameters as a route's signature asks for them, read from those that came rather than from all there could be.

A list of tickets has twenty filters, of which a request gives two or three.
"""

from collections.abc import Iterable
from inspect import isclass
from typing import Any, get_origin

from fastapi._compat import ModelField
from fastapi.dependencies.utils import request_params_to_args
from pydantic import BaseModel
from starlette.datastructures import QueryParams

LOCATION = ("query",)


class _Filter:
    """A parameter that stands for many: a model with one of them per field."""

    def __init__(self, field: ModelField, model: type[BaseModel]) -> None:
        self._field = field
        self._are_lists = {name: get_origin(each.annotation) is list for name, each in model.model_fields.items()}

    def read(self, given: QueryParams, arguments: dict[str, Any]) -> list[Any]:
        """Put the filter into ``arguments`` and return what does not fit."""
        known = self._are_lists
        values = {name: given.getlist(name) if known[name] else given[name] for name in given if name in known}
        arguments[self._field.name], errors = self._field.validate(values, {}, loc=LOCATION)
        return list(errors)


class QueryInputs:
    """The query parameters of one function."""

    def __init__(self, fields: Iterable[ModelField]) -> None:
        self._filters: list[_Filter] = []
        self._plain: dict[str, ModelField] = {}
        for field in fields:
            kind = field.field_info.annotation
            if isclass(kind) and issubclass(kind, BaseModel):
                self._filters.append(_Filter(field, kind))
            else:
                self._plain[field.alias] = field
        self._required = [field for field in self._plain.values() if field.field_info.is_required()]
        others = [field for field in self._plain.values() if not field.field_info.is_required()]
        self._defaults, _ = request_params_to_args(others, {})

    def read(self, given: QueryParams) -> tuple[dict[str, Any], list[Any]]:
        """Return the arguments, and what does not fit as the framework describes it."""
        named = [self._plain[name] for name in given if name in self._plain]
        missing = [field for field in self._required if field not in named]
        found, errors = request_params_to_args([*named, *missing], given)
        arguments = self._defaults | found
        for each in self._filters:
            errors += each.read(given, arguments)
        return arguments, errors
