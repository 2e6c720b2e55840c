"""Where a request goes: one table for all routes of the API, and what every route does with its body.

The table walks the path once, segment by segment. Trying one regular expression per route, as the framework does,
costs more per request than the rest of the edge.
"""

from collections.abc import Callable, Coroutine, Iterable
from dataclasses import dataclass, field
from typing import Any

from fastapi import Request, Response
from fastapi.routing import APIRoute, RouteContext
from starlette.routing import BaseRoute, Match, NoMatchFound
from starlette.types import Message, Receive, Scope, Send

from ticketdesk.api import query_names
from ticketdesk.api.body_limits import MAX_BYTES, Body
from ticketdesk.api.calls import METHODS_WITH_BODY, Call
from ticketdesk.api.json_bodies import JsonRequest
from ticketdesk.api.refusals import RequestRefused

Handler = Callable[[Request], Coroutine[Any, Any, Response]]
PREFIX = "/api/v1"
# Every parameter of the longest filter has room in it, several times.
MAX_QUERY_BYTES = 8192


class StrictRoute(APIRoute):
    """A route that knows its parameters, and takes the whole body in first, JSON by our rules (``api/json_bodies``).

    So a misspelt filter is told, and a client that sends slowly holds no database connection.
    """

    def __init__(self, path: str, endpoint: Callable[..., Any], **declared: Any) -> None:
        """Declare the route under the version's prefix: included in a router that has it, it would be read twice."""
        super().__init__(PREFIX + path, endpoint, **declared)

    def get_route_handler(self) -> Handler:
        """Return what answers a request of this route."""
        call, known = Call(self), query_names.declared(self.dependant)
        has_body, expects_json = bool(METHODS_WITH_BODY & (self.methods or set())), self.body_field is not None

        async def answer(request: Request) -> Response:
            query_names.refuse_others(request, known)
            if has_body:
                request = await self.take_in(request, expects_json=expects_json)
            return await call(request, self.finish)

        return answer

    async def take_in(self, request: Request, *, expects_json: bool) -> Request:
        """Return the request with its body read, before anything else is held for it."""
        read = JsonRequest(request.scope, request.receive)
        await read.load(expects_json=expects_json)
        return read

    async def finish(self, request: Request, response: Response) -> None:
        """See the answer before the transaction it came from is committed; here, nothing is done with it."""


@dataclass(slots=True)
class _Node:
    """One segment of the paths: fixed ones by their text, a parameter, and the routes that end here by method."""

    fixed: dict[str, "_Node"] = field(default_factory=dict)
    parameter: "_Node | None" = None
    endings: dict[str, "_Ending"] = field(default_factory=dict)

    def find(self, segments: list[str], values: tuple[str, ...] = ()) -> "tuple[_Node, tuple[str, ...]] | None":
        """Return the node that ``segments`` lead to and the parameters' values; a fixed segment wins."""
        if not segments:
            return (self, values) if self.endings else None
        here, rest = segments[0], segments[1:]
        found = self.fixed[here].find(rest, values) if here in self.fixed else None
        if found is None and self.parameter is not None and here:
            found = self.parameter.find(rest, (*values, here))
        return found


@dataclass(frozen=True, slots=True)
class _Ending:
    """A route, the names of its path's parameters, and what answers it."""

    route: RouteContext
    names: tuple[str, ...]
    handler: Handler


def _handler(context: RouteContext) -> Handler:
    if not isinstance(context.original_route, APIRoute):
        raise TypeError(f"{context.path_format} is no route of the API.")
    return context.original_route.get_route_handler()


def _is_parameter(segment: str) -> bool:
    return segment.startswith("{") and segment.endswith("}")


class RouteTable(BaseRoute):
    """All given routes as one; answers 405 with every method that the path has (RFC 9110 section 15.5.6).

    HEAD is GET without the content. Paths that are not in the table are left to the routes after it.
    """

    def __init__(self, contexts: Iterable[RouteContext]) -> None:
        self._root = _Node()
        for context in contexts:
            self._add(context)

    def _add(self, context: RouteContext) -> None:
        node, names = self._root, []
        for segment in str(context.path_format).strip("/").split("/"):
            if _is_parameter(segment):
                node.parameter = node.parameter or _Node()
                node = node.parameter
                names.append(segment[1:-1])
            else:
                node = node.fixed.setdefault(segment, _Node())
        for method in context.methods or ():
            if method in node.endings:
                raise ValueError(f"{method} {context.path_format} is declared twice.")
            node.endings[method] = _Ending(context, tuple(names), _handler(context))
        if "GET" in node.endings:
            node.endings.setdefault("HEAD", node.endings["GET"])

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Find the path; whether it has the method is told by ``handle``."""
        if scope["type"] != "http":
            return Match.NONE, {}
        path: str = scope["path"].removeprefix(scope.get("root_path", ""))
        found = self._root.find(path[1:].split("/"))
        if found is None:
            return Match.NONE, {}
        node, values = found
        if scope["method"] not in node.endings:
            route = next(iter(node.endings.values())).route
            return Match.FULL, {"route": route, "allowed_methods": sorted(node.endings)}
        ending = node.endings[scope["method"]]
        parameters = dict(zip(ending.names, values, strict=True))
        return Match.FULL, {"route": ending.route, "endpoint": ending.handler, "path_params": parameters}

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Run the route that ``matches`` found, over no more body than it allows (``max_body_size``, 1 MiB)."""
        if "allowed_methods" in scope:
            allow = {"Allow": ", ".join(scope["allowed_methods"])}
            raise RequestRefused(405, "method_not_allowed", "This path has other methods.", headers=allow)
        if len(scope["query_string"]) > MAX_QUERY_BYTES:
            raise RequestRefused(414, "query_too_long", f"A query has at most {MAX_QUERY_BYTES} bytes.")
        if scope["method"] not in METHODS_WITH_BODY:
            await _answer(scope, receive, _without_content(send) if scope["method"] == "HEAD" else send)
            return
        limit = scope["route"].max_body_size
        body = Body(receive, MAX_BYTES if limit is None else limit)
        scope.setdefault("state", {})["body"] = body
        try:
            await body.refuse_announced(scope)
            await _answer(scope, body.receive, send)
        finally:
            body.release()

    def url_path_for(self, name: str, /, **path_params: Any) -> Any:
        """Never resolves: our code writes its paths out."""
        raise NoMatchFound(name, path_params)


async def _answer(scope: Scope, receive: Receive, send: Send) -> None:
    response = await scope["endpoint"](Request(scope, receive, send))
    await response(scope, receive, send)


def _without_content(send: Send) -> Send:
    async def send_head(message: Message) -> None:
        await send(message if message["type"] == "http.response.start" else {**message, "body": b""})

    return send_head
