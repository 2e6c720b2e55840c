"""How a route is called: what its signature asks for, laid out once at the start, and then only followed.

FastAPI reads the signatures and makes the contract from them. Its own way of calling walks the same declarations anew
for each request and sends plain functions to threads, at more than the rest of the edge takes. The order is kept:
dependencies first, so that a caller is known before a body is judged.
"""

from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from inspect import isasyncgenfunction, isawaitable
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
Finish = Callable[[Request, Response], Awaitable[None]]
BODY = ("body",)
_NO_BODY = {"type": "missing", "loc": BODY, "msg": "A body is required"}
# What a step gives that could not be run, because the request lacks what it asks for.
_MISSING = object()


@dataclass(frozen=True, slots=True)
class _Inputs:
    """What one function takes from the request itself."""

    dependant: Dependant
    query: QueryInputs
    choice: BodyChoice | None

    @classmethod
    def of(cls, dependant: Dependant) -> "_Inputs":
        """Read the declarations; raises ``TypeError`` for a kind of parameter that this cannot fill."""
        is_foreign = (dependant.cookie_params, dependant.background_tasks_param_name, dependant.websocket_param_name)
        if any(is_foreign) or len(dependant.body_params) > 1:
            raise TypeError(f"{dependant.call} asks for what no route here has.")
        choices = [BodyChoice.of(field.field_info.annotation) for field in dependant.body_params]
        return cls(dependant, QueryInputs(dependant.query_params), choices[0] if choices else None)

    def read(self, request: Request, response: Response, body: Any, errors: list[Any]) -> Arguments:
        """Return the arguments; what does not fit is added to ``errors``."""
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
        if declared.request_param_name:
            arguments[declared.request_param_name] = request
        if declared.response_param_name:
            arguments[declared.response_param_name] = response
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
    results: Mapping[str, int]
    is_context: bool

    def arguments(
        self, request: Request, noted: Response, body: Any, results: Sequence[Any], errors: list[Any]
    ) -> Arguments | None:
        """Return what to call the function with, ``None`` where that cannot be had; adds what does not fit."""
        known = len(errors)
        arguments = self.inputs.read(request, noted, body, errors)
        for name, slot in self.results.items():
            arguments[name] = results[slot]
        is_complete = len(errors) == known and _MISSING not in arguments.values()
        return arguments if is_complete else None


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
        results = {inner.name: slots[_key(inner)] for inner in needed.dependencies if inner.name}
        slots[_key(needed)] = len(steps)
        is_context = isasyncgenfunction(needed.call)
        run = _opened(needed.call) if is_context else needed.call
        steps.append(_Step(run, _Inputs.of(needed), results, is_context))
    return tuple(steps)


def _opened(generator: Callable[..., AsyncGenerator[Any]]) -> Provider:
    return asynccontextmanager(generator)


class Call:
    """Runs one route for any number of requests."""

    def __init__(self, route: APIRoute) -> None:
        *self._needs, self._endpoint = _steps(route.dependant)
        self._has_body = bool(route.body_field)
        self._status = route.status_code or 200
        self._field = route.response_field

    async def __call__(self, request: Request, finish: Finish) -> Response:
        """Return the route's answer, after ``finish`` has seen it while everything the route opened is still open.

        Raises ``RequestValidationError`` with every parameter that does not fit, else what the route raises.
        """
        async with AsyncExitStack() as stack:
            response = await self._answer(request, stack)
            await finish(request, response)
        return response

    async def _answer(self, request: Request, stack: AsyncExitStack) -> Response:
        body = await request.json() if self._has_body and await request.body() else PydanticUndefined
        noted = Response()
        noted.status_code = self._status
        errors: list[Any] = []
        results: list[Any] = []
        for step in self._needs:
            arguments = step.arguments(request, noted, body, results, errors)
            results.append(_MISSING if arguments is None else await _result(step, arguments, stack))
        arguments = self._endpoint.arguments(request, noted, body, results, errors)
        if errors or arguments is None:
            raise RequestValidationError(errors)
        return self._response(await _result(self._endpoint, arguments, stack), noted)

    def _response(self, result: Any, noted: Response) -> Response:
        if isinstance(result, Response):
            return result
        if isinstance(result, ReadyJson):
            response = Response(result.body, noted.status_code, media_type="application/json")
        elif self._field is None:
            response = Response(status_code=noted.status_code)
        else:
            response = Response(self._field.serialize_json(result), noted.status_code, media_type="application/json")
        response.headers.raw.extend(header for header in noted.headers.raw if header[0] != b"content-length")
        return response


async def _result(step: _Step, arguments: Arguments, stack: AsyncExitStack) -> Any:
    if step.is_context:
        return await stack.enter_async_context(step.run(**arguments))
    result = step.run(**arguments)
    return await result if isawaitable(result) else result
