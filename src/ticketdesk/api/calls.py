"""How a route is called: what its signature asks for, laid out once at the start, and then only followed.

FastAPI reads the signatures and makes the contract from them. Its own way of calling walks the same declarations anew
for each request and sends plain functions to threads, at more than the rest of the edge takes. The order is kept:
dependencies first, so that a caller is known before a body is judged.
"""

from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from inspect import isasyncgenfunction, iscoroutinefunction
from typing import Any

from fastapi import Request, Response
from fastapi.dependencies.models import Dependant
from fastapi.dependencies.utils import request_params_to_args
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from pydantic_core import PydanticUndefined

from ticketdesk.api.body_choices import BodyChoice
from ticketdesk.api.query_inputs import QueryInputs
from ticketdesk.schemas.ready_json import ReadyJson

Provider = Callable[..., Any]
Arguments = dict[str, Any]
Opened = list[AsyncGenerator[Any]]
Finish = Callable[[Request, Response], Awaitable[None]]
BODY = ("body",)
METHODS_WITH_BODY = frozenset({"POST", "PUT", "PATCH"})
_NO_BODY = {"type": "missing", "loc": BODY, "msg": "A body is required"}
# What a step gives that could not be run, because the request lacks what it asks for.
_MISSING = object()


@dataclass(frozen=True, slots=True)
class _Inputs:
    """What one function takes from the request itself."""

    dependant: Dependant
    query: QueryInputs
    choice: BodyChoice | None
    has_parameters: bool

    @classmethod
    def of(cls, dependant: Dependant) -> "_Inputs":
        """Read the declarations; raises ``TypeError`` for a kind of parameter that this cannot fill."""
        is_foreign = (dependant.cookie_params, dependant.background_tasks_param_name, dependant.websocket_param_name)
        if any(is_foreign) or len(dependant.body_params) > 1:
            raise TypeError(f"{dependant.call} asks for what no route here has.")
        choices = [BodyChoice.of(field.field_info.annotation) for field in dependant.body_params]
        parameters = dependant.path_params, dependant.query_params, dependant.header_params, dependant.body_params
        return cls(dependant, QueryInputs(dependant.query_params), choices[0] if choices else None, any(parameters))

    def read(self, request: Request, response: Response, body: Any, errors: list[Any]) -> Arguments:
        """Return the arguments; what does not fit is added to ``errors``."""
        arguments = self._judged(request, body, errors) if self.has_parameters else {}
        if self.dependant.request_param_name:
            arguments[self.dependant.request_param_name] = request
        if self.dependant.response_param_name:
            arguments[self.dependant.response_param_name] = response
        return arguments

    def _judged(self, request: Request, body: Any, errors: list[Any]) -> Arguments:
        declared = self.dependant
        arguments: Arguments = {}
        for field in declared.path_params:
            # Always there and never a list, or the route would not have matched.
            value, found = field.validate(request.path_params[field.alias], {}, loc=("path", field.alias))
            self._take(({field.name: value}, found), arguments, errors)
        if declared.query_params:
            self._take(self.query.read(request.query_params), arguments, errors)
        if declared.header_params:
            self._take(request_params_to_args(declared.header_params, request.headers), arguments, errors)
        for field in declared.body_params:
            # An object whose fields may all be left out is still not the same as nothing.
            is_missing = body is PydanticUndefined
            value, found = (None, [_NO_BODY]) if is_missing else field.validate(body, {}, loc=BODY)
            told = self.choice.told(found) if self.choice and not is_missing else found
            self._take(({field.name: value}, told), arguments, errors)
        return arguments

    @staticmethod
    def _take(read: tuple[Arguments, list[Any]], arguments: Arguments, errors: list[Any]) -> None:
        arguments.update(read[0])
        errors.extend(read[1])


@dataclass(frozen=True, slots=True)
class _Step:
    """One function to run: ``results`` names the arguments that are what earlier steps gave."""

    run: Provider
    inputs: _Inputs
    results: Sequence[tuple[str, int]]
    is_opened: bool
    is_awaited: bool

    @classmethod
    def of(cls, dependant: Dependant, run: Provider, slots: Mapping[Any, int]) -> "_Step":
        """Lay out a call of ``run``; ``slots`` says where the results of earlier steps are."""
        results = tuple((inner.name, slots[_key(inner)]) for inner in dependant.dependencies if inner.name)
        is_awaited = iscoroutinefunction(run) or iscoroutinefunction(type(run).__call__)
        return cls(run, _Inputs.of(dependant), results, isasyncgenfunction(run), is_awaited)

    def arguments(
        self, request: Request, noted: Response, body: Any, results: Sequence[Any], errors: list[Any]
    ) -> Arguments | None:
        """Return what to call the function with, ``None`` where that cannot be had; adds what does not fit."""
        known = len(errors)
        arguments = self.inputs.read(request, noted, body, errors)
        for name, slot in self.results:
            arguments[name] = results[slot]
        is_incomplete = errors and (len(errors) > known or _MISSING in arguments.values())
        return None if is_incomplete else arguments


def _key(dependant: Dependant) -> tuple[Provider | None, str | None]:
    return dependant.call, dependant.scope


def _in_order(dependant: Dependant) -> Iterator[Dependant]:
    """Yield what ``dependant`` needs, each before whoever needs it, and what ``comes_first`` before other input."""
    for inner in sorted(dependant.dependencies, key=lambda inner: not getattr(inner.call, "comes_first", False)):
        yield from _in_order(inner)
        yield inner


def _steps(dependant: Dependant) -> tuple[_Step, ...]:
    slots: dict[Any, int] = {}
    steps: list[_Step] = []
    for needed in (*_in_order(dependant), dependant):
        if _key(needed) in slots or needed.call is None:
            continue
        steps.append(_Step.of(needed, needed.call, slots))
        slots[_key(needed)] = len(steps) - 1
    return tuple(steps)


class _Noted(Response):
    """What a route has to say of its answer before there is one: a status and headers."""

    def __init__(self, status: int) -> None:
        self.status_code = status
        self.raw_headers = []


class Call:
    """Runs one route for any number of requests."""

    def __init__(self, route: APIRoute) -> None:
        *self._needs, self._endpoint = _steps(route.dependant)
        self._has_body = bool(route.body_field)
        # Files are read by dependencies, and the contract is told by hand.
        self._takes_nothing = not self._has_body and "requestBody" not in (route.openapi_extra or {})
        self._status = route.status_code or 200
        self._field = route.response_field

    async def __call__(self, request: Request, finish: Finish) -> Response:
        """Return the route's answer, after ``finish`` has seen it while everything the route opened is still open.

        Raises ``RequestValidationError`` with every parameter that does not fit, else what the route raises.
        """
        opened: Opened = []
        try:
            response = await self._answer(request, opened)
            await finish(request, response)
            await _close(opened)
        except BaseException as fault:
            await _abandon(opened, fault)
            raise
        return response

    async def _answer(self, request: Request, opened: Opened) -> Response:
        body = await request.json() if self._has_body and await request.body() else PydanticUndefined
        noted = _Noted(self._status)
        errors: list[Any] = []
        results: list[Any] = []
        for step in self._needs:
            arguments = step.arguments(request, noted, body, results, errors)
            results.append(_MISSING if arguments is None else await _result(step, arguments, opened))
        arguments = self._endpoint.arguments(request, noted, body, results, errors)
        if self._takes_nothing and request.method in METHODS_WITH_BODY:
            errors += await _unasked(request)
        if errors or arguments is None:
            raise RequestValidationError(errors)
        return self._response(await _result(self._endpoint, arguments, opened), noted)

    def _response(self, result: Any, noted: _Noted) -> Response:
        if isinstance(result, Response):
            return result
        if isinstance(result, ReadyJson):
            response = Response(result.body, noted.status_code, media_type="application/json")
        elif self._field is None:
            response = Response(status_code=noted.status_code)
        else:
            response = Response(self._field.serialize_json(result), noted.status_code, media_type="application/json")
        response.raw_headers += noted.raw_headers
        return response


async def _unasked(request: Request) -> list[Any]:
    """Return what a body says where nothing is asked; clients that always send one send ``{}`` or ``null``."""
    said = await request.json() if await request.body() else None
    if said is None:
        return []
    spots = [(name,) for name in said] if isinstance(said, dict) else [()]
    return [{"type": "extra_forbidden", "loc": (*BODY, *spot), "msg": "Nothing is asked for here"} for spot in spots]


async def _result(step: _Step, arguments: Arguments, opened: Opened) -> Any:
    result = step.run(**arguments)
    if step.is_awaited:
        return await result
    if step.is_opened:
        opened.append(result)
        return await anext(result)
    return result


async def _close(opened: Opened) -> None:
    """Let what dependencies opened go on to its end, the last one first; raises what is raised there."""
    while opened:
        await anext(opened.pop(), None)


async def _abandon(opened: Opened, fault: BaseException) -> None:
    """Raise ``fault`` inside what is still open, which cleans up and must let it pass."""
    while opened:
        try:
            await opened.pop().athrow(fault)
        except BaseException as raised:
            if raised is not fault:
                raise
