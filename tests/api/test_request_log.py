import re

import httpx
import pytest
from fastapi import FastAPI
from structlog.testing import capture_logs
from tests.application import BASE_URL, ClientFor

from ticketdesk.api import request_log
from ticketdesk.app import create_app
from ticketdesk.bootstrap import Resources
from ticketdesk.observability import logs, metrics

GIVEN = "front-end.7:a_B"


async def test_a_plain_id_of_the_callers_is_kept(client: httpx.AsyncClient) -> None:
    for path in ("/api/v1/probe/x", "/api/v1/nothing", "/healthz", "/nowhere"):
        answer = await client.get(path, headers={"X-Request-ID": GIVEN})
        assert answer.headers.get_list("x-request-id") == [GIVEN]
    assert (await client.get("/nowhere", headers={"X-Request-ID": GIVEN})).json()["request_id"] == GIVEN


@pytest.mark.parametrize("given", ["", " ", "a b", "a" * 65, "-a", "ä", "<script>", 'a"b', "a\tb"])
async def test_anything_else_is_replaced(client: httpx.AsyncClient, given: str) -> None:
    answer = await client.get("/nowhere", headers={b"X-Request-ID": given.encode()})
    [made] = answer.headers.get_list("x-request-id")
    assert re.fullmatch(r"[0-9a-f]{16}", made)
    assert answer.json()["request_id"] == made


async def test_ids_differ(client: httpx.AsyncClient) -> None:
    made = {(await client.get("/healthz")).headers["x-request-id"] for _ in range(20)}
    assert len(made) == 20


async def test_one_line_tells_what_happened_and_nothing_more(client: httpx.AsyncClient) -> None:
    with capture_logs() as lines:
        await client.get("/api/v1/probe/secret-id?q=hunter2", headers={"Authorization": "Bearer hunter3"})
    [line] = [line for line in lines if line["event"] == "request"]
    assert line.pop("ms") >= 0
    assert line == {
        "event": "request",
        "log_level": "info",
        "method": "GET",
        "route": "/api/v1/probe/{name}",
        "status": 200,
        "actor": None,
    }


async def test_the_line_says_what_kind_of_caller_it_was(app: FastAPI, client_for: ClientFor) -> None:
    staff = await client_for("lead")
    with capture_logs() as lines:
        await staff.get("/api/v1/me")
        await staff.get("/api/v1/me", headers={"Authorization": "Bearer nothing"})
    assert [(line["actor"], line["status"]) for line in lines if line["event"] == "request"] == [
        ("user", 200),
        (None, 401),
    ]


@pytest.mark.parametrize(
    ("method", "path", "route"),
    [
        ("GET", "/nowhere/0199a1b2", request_log.UNMATCHED),
        ("BREW", "/api/v1/probe/x", "/api/v1/probe/{name}"),
        ("GET", "/problems/not_found", "/problems/{code}"),
        ("GET", "/docs", "/docs"),
        ("GET", "/docs/assets/swagger-ui.css", "/docs/assets/*"),
        ("GET", "/portal/", "/portal/*"),
    ],
)
async def test_routes_are_templates(client: httpx.AsyncClient, method: str, path: str, route: str) -> None:
    with capture_logs() as lines:
        await client.request(method, path)
    [line] = [line for line in lines if line["event"] == "request"]
    assert (line["route"], line["method"]) == (route, method if method != "BREW" else "OTHER")


async def test_probes_do_not_bury_the_rest(client: httpx.AsyncClient) -> None:
    with capture_logs() as lines:
        await client.get("/healthz")
        await client.get("/readyz")
    assert {line["log_level"] for line in lines if line["event"] == "request"} == {"debug"}


def _counted(route: str, status: int) -> float:
    labels = {"method": "GET", "route": route, "status": str(status)}
    return metrics.REGISTRY.get_sample_value("ticketdesk_http_requests_total", labels) or 0.0


async def test_answers_are_counted_by_template(client: httpx.AsyncClient) -> None:
    before = _counted("/api/v1/probe/{name}", 200)
    for number in range(3):
        await client.get(f"/api/v1/probe/{number}")
    assert _counted("/api/v1/probe/{name}", 200) == before + 3
    assert _counted("/api/v1/probe/1", 200) == 0


async def test_the_id_reaches_every_line_of_the_request(client: httpx.AsyncClient) -> None:
    with capture_logs(processors=[logs.add_request_id]) as lines:
        await client.delete("/api/v1/probe/bug", headers={"X-Request-ID": GIVEN})
    assert {line["event"] for line in lines} == {"bug", "request"}
    assert all(line["request_id"] == GIVEN for line in lines)


async def test_a_mounted_application_sees_the_id(resources: Resources) -> None:
    app = create_app(resources)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=BASE_URL) as opened:
        answer = await opened.get("/portal/nothing", headers={"X-Request-ID": GIVEN})
    assert (answer.status_code, answer.json()["request_id"]) == (404, GIVEN)
