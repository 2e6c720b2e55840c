import httpx
import pytest
from fastapi import FastAPI
from tests.application import BASE_URL
from tests.factories.users import create_access_token, create_user

from ticketdesk.bootstrap import Resources


@pytest.mark.parametrize("path", ["/api/v1/probe/x", "/nowhere", "/healthz", "/openapi/v1.json"])
async def test_nothing_is_sniffed_framed_or_referred_to(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get(path)
    assert answer.headers.get_list("x-content-type-options") == ["nosniff"]
    assert answer.headers.get_list("referrer-policy") == ["no-referrer"]
    [policy] = answer.headers.get_list("content-security-policy")
    assert policy.startswith("default-src 'none'; frame-ancestors 'none'")


async def test_a_page_keeps_its_own_policy(client: httpx.AsyncClient) -> None:
    for path in ("/docs", "/portal/"):
        [policy] = (await client.get(path)).headers.get_list("content-security-policy")
        assert "script-src 'self'" in policy


@pytest.mark.parametrize(("path", "expected"), [("versioned", "private, no-cache"), ("unversioned", "no-store")])
async def test_what_a_credential_opened_is_not_kept(
    resources: Resources, probed: FastAPI, path: str, expected: str
) -> None:
    token = await create_access_token(resources, await create_user(resources))
    headers = {"Authorization": f"Bearer {token}"}
    async with httpx.AsyncClient(transport=httpx.ASGITransport(probed), base_url=BASE_URL, headers=headers) as client:
        answer = await client.get(f"/api/v1/probe/me/{path}")
    assert (answer.status_code, answer.headers["cache-control"]) == (200, expected)
    assert ("Authorization" in answer.headers.get("vary", "")) == (path == "versioned")
