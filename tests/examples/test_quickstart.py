"""The first script of an integrator, run as they would run it: a process of its own, against a real server."""

import asyncio
import os
import re
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import NamedTuple

import pytest
from fastapi import FastAPI
from tests.application import ClientFor
from tests.serving import served

from ticketdesk.bootstrap import Resources
from ticketdesk.jobs.scheduler import run_jobs

SCRIPT = Path(__file__).parents[2] / "examples" / "quickstart.py"
ADDRESS = "nina.castillo@harborview.example"
SCOPES = [
    "contacts:read",
    "contacts:write",
    "tickets:read",
    "tickets:write",
    "dispatches:read",
    "dispatches:write",
    "messages:read",
]


class Ended(NamedTuple):
    status: int | None
    output: str
    errors: str


Run = Callable[[], Awaitable[Ended]]


async def run_script(base_url: str, key: str | None, script: Path = SCRIPT) -> Ended:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("TICKETDESK_")}
    environment["TICKETDESK_API_URL"] = base_url
    if key is not None:
        environment["TICKETDESK_API_KEY"] = key
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(sys.executable, script, env=environment, stdout=pipe, stderr=pipe)
    output, errors = await process.communicate()
    return Ended(process.returncode, output.decode(), errors.decode())


@pytest.fixture
async def run(app: FastAPI, resources: Resources, client_for: ClientFor) -> AsyncIterator[Run]:
    """Runs the script with an API key of just the scopes that its first lines name."""
    agent = await client_for("agent")
    created = (await agent.post("/api/v1/api-keys", json={"name": "quickstart", "scopes": SCOPES})).json()
    stop = asyncio.Event()
    async with served(app) as base_url, asyncio.TaskGroup() as tasks:
        tasks.create_task(run_jobs(resources, stop))
        yield lambda: run_script(base_url, created["key"])
        stop.set()


def test_the_script_names_the_scopes_it_needs() -> None:
    head = SCRIPT.read_text(encoding="utf-8").split('"""')[1]
    assert re.findall(r"[a-z_]+:(?:read|write)", head) == SCOPES


async def test_script_sends_a_ticket_and_shows_the_record(run: Run, resources: Resources) -> None:
    ended = await run()
    assert (ended.status, ended.errors) == (0, "")
    assert re.fullmatch(
        rf"contact   Nina Castillo <{ADDRESS}>\n"
        r"ticket    #1 Name the source of the figures in your newsletter\n"
        r"dispatch  #1 sent\n"
        rf"message   sent to {ADDRESS}: \[#1\] Name the source of the figures in your newsletter\n"
        r"activity  1 \S+Z Agent \w+: created\n"
        r"activity  2 \S+Z Agent \w+: sent\n",
        ended.output,
    )
    assert resources.catcher is not None
    (mail,) = resources.catcher.to(ADDRESS)
    assert "Add the source below the table" in mail.text


async def test_second_run_makes_no_second_ticket_and_no_second_mail(run: Run, resources: Resources) -> None:
    await run()
    ended = await run()
    assert ended.status == 0, ended.errors
    assert "ticket    #1 Name the source of the figures in your newsletter (made by an earlier run)\n" in ended.output
    assert "dispatch  #1 skipped: not_held\n" in ended.output
    assert resources.catcher is not None
    assert len(resources.catcher.mails) == 1


async def test_refusal_ends_the_script_with_its_reason(app: FastAPI) -> None:
    async with served(app) as base_url:
        ended = await run_script(base_url, "td_wrong")
    assert ended == (1, "", "401 not_authenticated: This credential does not hold.\n")


async def test_script_without_a_key_says_so() -> None:
    assert await run_script("http://127.0.0.1:9", None) == (1, "", "Set TICKETDESK_API_KEY.\n")
