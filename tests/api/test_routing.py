from collections.abc import Iterator

import pytest
from fastapi import APIRouter
from fastapi.routing import RouteContext, iter_route_contexts
from starlette.routing import Match

from ticketdesk.api.routing import RouteTable


async def endpoint() -> None:
    """Do nothing."""


def contexts(*routes: tuple[str, str]) -> Iterator[RouteContext]:
    router = APIRouter(prefix="/v")
    for method, path in routes:
        router.add_api_route(path, endpoint, methods=[method])
    return iter_route_contexts(router.routes)


def find(table: RouteTable, method: str, path: str) -> tuple[str, dict[str, str]] | list[str] | None:
    match, scope = table.matches({"type": "http", "method": method, "path": path})
    if match is Match.NONE:
        return None
    return scope["allowed_methods"] if "allowed_methods" in scope else (scope["route"].path, scope["path_params"])


TABLE = (
    ("GET", "/tickets"),
    ("POST", "/tickets"),
    ("GET", "/tickets/counts"),
    ("GET", "/tickets/{ticket_id}"),
    ("PATCH", "/tickets/{ticket_id}"),
    ("GET", "/tickets/{id}/comments/{comment_id}"),
    ("DELETE", "/tickets/counts/cache"),
)


@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [
        ("GET", "/v/tickets", ("/v/tickets", {})),
        ("GET", "/v/tickets/counts", ("/v/tickets/counts", {})),
        ("GET", "/v/tickets/7", ("/v/tickets/{ticket_id}", {"ticket_id": "7"})),
        ("PATCH", "/v/tickets/7", ("/v/tickets/{ticket_id}", {"ticket_id": "7"})),
        ("GET", "/v/tickets/7/comments/9", ("/v/tickets/{id}/comments/{comment_id}", {"id": "7", "comment_id": "9"})),
        # A fixed segment that leads nowhere gives way to a parameter.
        (
            "GET",
            "/v/tickets/counts/comments/9",
            ("/v/tickets/{id}/comments/{comment_id}", {"id": "counts", "comment_id": "9"}),
        ),
        ("HEAD", "/v/tickets/7", ("/v/tickets/{ticket_id}", {"ticket_id": "7"})),
        ("PUT", "/v/tickets", ["GET", "HEAD", "POST"]),
        ("POST", "/v/tickets/7", ["GET", "HEAD", "PATCH"]),
        ("PATCH", "/v/tickets/counts", ["GET", "HEAD"]),
        ("HEAD", "/v/tickets/counts/cache", ["DELETE"]),
        ("BREW", "/v/tickets", ["GET", "HEAD", "POST"]),
        ("GET", "/v/tickets/", None),
        ("GET", "/v/tickets//comments/9", None),
        ("GET", "/v/tickets/7/comments", None),
        ("GET", "/v", None),
        ("GET", "/", None),
        ("GET", "/tickets", None),
    ],
)
def test_finds_the_route(method: str, path: str, expected: object) -> None:
    assert find(RouteTable(contexts(*TABLE)), method, path) == expected


def test_looks_below_the_path_that_a_proxy_serves_it_under() -> None:
    table = RouteTable(contexts(*TABLE))
    match, scope = table.matches({"type": "http", "method": "GET", "path": "/desk/v/tickets", "root_path": "/desk"})
    assert (match, scope["route"].path) == (Match.FULL, "/v/tickets")


def test_leaves_other_protocols_alone() -> None:
    assert RouteTable(contexts(*TABLE)).matches({"type": "websocket", "path": "/v/tickets"})[0] is Match.NONE


def test_refuses_the_same_route_twice() -> None:
    with pytest.raises(ValueError, match="declared twice"):
        RouteTable(contexts(("GET", "/a/{x}"), ("GET", "/a/{y}")))
