import httpx
import pytest
from tests.api.conftest import FRONT_END

from ticketdesk.api import cors

PREFLIGHT = {"Access-Control-Request-Method": "PATCH", "Access-Control-Request-Headers": "authorization, if-match"}


async def test_a_listed_front_end_may_call(client: httpx.AsyncClient) -> None:
    asked = await client.options("/api/v1/probe/x", headers={"Origin": FRONT_END, **PREFLIGHT})
    assert asked.status_code == 200
    assert asked.headers["access-control-allow-origin"] == FRONT_END
    assert "PATCH" in asked.headers["access-control-allow-methods"]
    assert "if-match" in asked.headers["access-control-allow-headers"].lower()
    answer = await client.get("/api/v1/probe/x", headers={"Origin": FRONT_END})
    assert answer.headers["access-control-allow-origin"] == FRONT_END
    assert "Origin" in answer.headers["vary"]
    exposed = {name.strip() for name in answer.headers["access-control-expose-headers"].split(",")}
    assert {"ETag", "Link", "Location", "Retry-After", "X-Request-ID", "Idempotent-Replayed"} < exposed
    assert any(name.startswith("RateLimit") for name in exposed)


@pytest.mark.parametrize(
    "origin",
    [
        "https://other.example",
        "http://front.example",
        "https://front.example.evil.example",
        "https://front.example:8443",
        "null",
    ],
)
async def test_nobody_else_may(client: httpx.AsyncClient, origin: str) -> None:
    asked = await client.options("/api/v1/probe/x", headers={"Origin": origin, **PREFLIGHT})
    answer = await client.get("/api/v1/probe/x", headers={"Origin": origin})
    assert "access-control-allow-origin" not in asked.headers
    assert "access-control-allow-origin" not in answer.headers


@pytest.mark.parametrize(
    "asked",
    [
        {"Origin": "https://other.example", **PREFLIGHT},
        {"Origin": FRONT_END, "Access-Control-Request-Method": "TRACE"},
        {"Origin": FRONT_END, **PREFLIGHT, "Access-Control-Request-Headers": "x-other"},
    ],
)
async def test_a_refused_preflight_is_a_problem(client: httpx.AsyncClient, asked: dict[str, str]) -> None:
    answer = await client.options("/api/v1/probe/x", headers=asked)
    assert (answer.status_code, answer.json()["code"]) == (403, "origin_refused")
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["request_id"] == answer.headers["x-request-id"]
    assert "Origin" in answer.headers["vary"]


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"])
async def test_a_listed_front_end_may_use_every_method(client: httpx.AsyncClient, method: str) -> None:
    asked = await client.options(
        "/api/v1/probe/x", headers={"Origin": FRONT_END, **PREFLIGHT, "Access-Control-Request-Method": method}
    )
    assert asked.status_code == 200


async def test_credentials_are_never_sent_by_the_browser_itself(client: httpx.AsyncClient) -> None:
    answer = await client.get("/api/v1/probe/x", headers={"Origin": FRONT_END})
    assert "access-control-allow-credentials" not in answer.headers


@pytest.mark.parametrize("origin", ["*", "https://*.example", "https://a.example/", "a.example", "null", "https://u@a"])
def test_an_origin_is_exact(origin: str) -> None:
    with pytest.raises(ValueError, match="TICKETDESK_CORS_ORIGINS"):
        cors.middleware([origin])


def test_without_origins_there_is_nothing_to_do() -> None:
    assert cors.middleware([]) == []
