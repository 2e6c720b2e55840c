import asyncio
import threading
from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import FastAPI, Request
from playwright.async_api import Browser, expect
from tests.contract import COMMITTED, CONTRACT
from tests.portal.visits import open_visit
from tests.serving import served

from ticketdesk.api.pages import Contract
from ticketdesk.api.problem_codes import PROBLEM_CODES


@pytest.fixture
async def anybody(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://desk.test") as opened:
        yield opened


async def test_the_served_contract_is_the_committed_one(anybody: httpx.AsyncClient) -> None:
    answer = await anybody.get("/openapi/v1.json")
    assert answer.headers["content-type"] == "application/json"
    assert answer.content == COMMITTED.read_bytes()


async def test_the_contract_is_written_once_though_its_first_reader_leaves() -> None:
    may_go_on, written = threading.Event(), []

    def write() -> bytes:
        assert may_go_on.wait(timeout=60)
        written.append(True)
        return b"{}"

    contract, request = Contract(write), Request({"type": "http"})
    leaving = asyncio.create_task(contract.give(request))
    await asyncio.sleep(0)
    leaving.cancel()
    may_go_on.set()
    answers = await asyncio.gather(*(contract.give(request) for _ in range(3)))
    assert [answer.body for answer in answers] == [b"{}"] * 3
    assert written == [True]


async def test_the_docs_name_no_other_host(anybody: httpx.AsyncClient) -> None:
    for path in ("/docs", "/docs/start.js"):
        answer = await anybody.get(path)
        assert answer.status_code == 200
        assert "//" not in answer.text.replace("https://json-schema.org", "")
    policy = (await anybody.get("/docs")).headers["content-security-policy"]
    assert "script-src 'self';" in policy
    assert "unsafe-eval" not in policy


@pytest.mark.parametrize("name", ["swagger-ui-bundle.js", "swagger-ui.css", "favicon.png"])
async def test_the_docs_files_come_with_the_program(anybody: httpx.AsyncClient, name: str) -> None:
    answer = await anybody.get(f"/docs/assets/{name}")
    assert answer.status_code == 200
    assert len(answer.content) > 1000


@pytest.mark.parametrize("path", ["/docs/assets/../../pyproject.toml", "/docs/assets/%2e%2e/core.py", "/docs/assets/"])
async def test_the_docs_give_nothing_else(anybody: httpx.AsyncClient, path: str) -> None:
    answer = await anybody.get(path)
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


@pytest.mark.parametrize("code", PROBLEM_CODES)
async def test_every_problem_type_leads_to_its_page(anybody: httpx.AsyncClient, code: str) -> None:
    answer = await anybody.get(f"/problems/{code}")
    assert answer.status_code == 200
    assert f"<h1>{code}</h1>" in answer.text


async def test_the_type_of_an_answer_resolves(anybody: httpx.AsyncClient) -> None:
    problem = (await anybody.get("/api/v1/tickets")).json()
    assert (await anybody.get(problem["type"])).status_code == 200


@pytest.mark.parametrize("code", ["nothing", "<script>", "%3Cscript%3E"])
async def test_other_codes_have_no_page(anybody: httpx.AsyncClient, code: str) -> None:
    answer = await anybody.get(f"/problems/{code}")
    assert answer.status_code == 404
    assert "script" not in answer.text


@pytest.mark.browser
async def test_the_docs_work_in_a_browser_without_the_internet(app: FastAPI, browser: Browser) -> None:
    operations = CONTRACT["paths"]
    async with served(app) as address, open_visit(browser, address) as visit:
        page = visit.page
        await page.goto(f"{address}/docs")
        await expect(page.locator(".opblock")).to_have_count(sum(len(methods) for methods in operations.values()))
        await page.locator("#operations-auth-get_me .opblock-summary-control").click()
        await page.get_by_role("button", name="Try it out").click()
        await page.get_by_role("button", name="Execute").click()
        await expect(page.locator(".live-responses-table").first).to_contain_text("not_authenticated")
