"""A cursor is good for the list, the filter and the order that gave it, on every list of the contract."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from starlette.requests import Request
from tests.application import ClientFor, SignedInClient
from tests.contract import CONTRACT
from tests.factories.contacts import create_contact

from ticketdesk.api.pagination import NOT_FILTERS, _binding, _encode
from ticketdesk.bootstrap import Resources
from ticketdesk.domain.paging import Position
from ticketdesk.repositories.base import new_id

POSITION = Position(datetime(2026, 3, 2, 15, tzinfo=UTC), new_id())
FORGED = ("x", "=", "%00", "\u00e9", "bnVsbA", _encode(POSITION, "0" * 16)[:-4], _encode(POSITION, ""), "A" * 500)


def lists() -> Iterator[tuple[str, dict[str, Any]]]:
    """Return the path of every list, with some id for each parameter, and its operation."""
    for path, item in CONTRACT["paths"].items():
        names = {parameter.get("name") for parameter in item.get("get", {}).get("parameters", [])}
        if "cursor" in names:
            parts = (
                part if part[:1] != "{" else "mail" if part == "{section}" else str(new_id())
                for part in path.split("/")
            )
            yield "/".join(parts), item["get"]


def cursor_for(path: str, query: str = "") -> str:
    """Return the cursor that ``path`` gives under ``query`` when the page ends at ``POSITION``."""
    scope = {"type": "http", "path": path, "query_string": query.encode(), "headers": [], "server": ("desk.test", 80)}
    return _encode(POSITION, _binding(Request(scope)))


def code_of(answer: httpx.Response) -> str | None:
    errors = answer.json().get("errors") if answer.status_code == 422 else None
    return errors[0]["code"] if errors and errors[0]["pointer"] == "cursor" else None


@pytest.fixture
async def clients(client_for: ClientFor, resources: Resources) -> dict[bool, SignedInClient]:
    """By whether the operation is the portal's."""
    return {False: await client_for("admin"), True: await client_for.portal(await create_contact(resources))}


async def test_cursors_belong_to_their_list_their_filter_and_their_order(clients: dict[bool, SignedInClient]) -> None:
    every = list(lists())
    assert len(every) > 10
    for path, operation in every:
        client = clients[operation["x-permission"] == "portal"]
        # An object that is not there answers 404, once the cursor was found to be good.
        good = await client.get(path, params={"cursor": cursor_for(path)})
        assert good.status_code in {200, 404}, path
        assert (await client.get(path, params={"cursor": cursor_for(path), "limit": "7"})).status_code != 422, path
        assert code_of(await client.get(path, params={"cursor": cursor_for(f"{path}/other")})) == "cursor_mismatch", (
            path
        )
        for parameter in operation["parameters"]:
            name = parameter.get("name")
            if parameter.get("in") == "query" and name not in NOT_FILTERS:
                filtered = {"cursor": cursor_for(path), name: "x"}
                assert code_of(await client.get(path, params=filtered)) == "cursor_mismatch", f"{path}?{name}"


@pytest.mark.parametrize("cursor", FORGED, ids=range(len(FORGED)))
async def test_forged_cursors_are_refused(clients: dict[bool, SignedInClient], cursor: str) -> None:
    for path, operation in lists():
        answer = await clients[operation["x-permission"] == "portal"].get(path, params={"cursor": cursor})
        assert code_of(answer) in {"invalid_cursor", "cursor_mismatch", "string_pattern_mismatch"}, path
