import asyncio
import json
import socket
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from fastapi import FastAPI
from structlog.testing import capture_logs
from tests.cli.commands import Done, environment, run
from tests.factories.users import create_access_token, create_user
from tests.serving import served

from ticketdesk.bootstrap import Resources

Call = Callable[..., Awaitable[Done]]


@pytest.fixture
async def call(app: FastAPI, resources: Resources) -> AsyncIterator[Call]:
    """Runs `ticketdesk api` as an agent against a running server."""
    token = await create_access_token(resources, await create_user(resources, role="agent"))
    # The server logs where the command prints: they share a process here.
    async with served(app) as address:
        env = environment(API_URL=address, TOKEN=token)

        async def called(*words: str, sent: str = "", **changed: str) -> Done:
            return await asyncio.to_thread(run, "api", *words, env=env | changed, sent=sent)

        with capture_logs():
            yield called


async def test_creates_and_reads(call: Call) -> None:
    created = await call("POST", "/contacts", "name=Ana Ruiz", 'addresses:=["ana@branch.example"]')
    assert created.returncode == 0, created.stderr
    contact = json.loads(created.stdout)
    assert contact["name"] == "Ana Ruiz"
    read = await call("get", f"contacts/{contact['id']}")
    assert json.loads(read.stdout) == contact
    found = await call("GET", "/api/v1/contacts", "q==ana", "limit==1", "--show-headers")
    assert [item["id"] for item in json.loads(found.stdout)["items"]] == [contact["id"]]
    assert found.stderr.startswith("200 OK\n")
    assert "x-request-id: " in found.stderr


async def test_a_key_makes_it_once(call: Call) -> None:
    words = ("POST", "/contacts", "name=Ana", "--idempotency-key", "once")
    first, second = await call(*words), await call(*words)
    assert json.loads(first.stdout) == json.loads(second.stdout)


async def test_a_refusal_is_4(call: Call) -> None:
    refused = await call("POST", "/contacts", "nme=Ana")
    assert (refused.returncode, refused.stdout) == (4, "")
    assert json.loads(refused.stderr)["code"] == "invalid_input"
    unknown = await call("GET", "/contacts", TICKETDESK_TOKEN="wrong")
    assert unknown.returncode == 4
    assert json.loads(unknown.stderr)["code"] == "not_authenticated"


async def test_conditions_and_files(call: Call) -> None:
    contact = json.loads((await call("POST", "/contacts", "name=Ana")).stdout)
    path = f"/contacts/{contact['id']}"
    stale = await call("PATCH", path, "name=Bea", "--if-match", '"99"')
    assert json.loads(stale.stderr)["code"] == "stale_version"
    changed = await call("PATCH", path, "--input", "-", sent='{"name": "Bea"}')
    assert json.loads(changed.stdout)["name"] == "Bea"
    typed = await call("PATCH", path, "--input", "-", "--content-type", "text/plain", sent="Bea")
    assert json.loads(typed.stderr)["code"] == "unsupported_media_type"


def test_nobody_there_is_6() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        done = run("api", "GET", "/me", env=environment(API_URL=f"http://127.0.0.1:{unused.getsockname()[1]}"))
    assert (done.returncode, done.stdout) == (6, "")
    assert done.stderr == "Error: 127.0.0.1 does not answer (ConnectError).\n"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["GET", "/me", "name"], "'name' is neither"),
        (["GET", "/me", "=x"], "'=x' is neither"),
        (["POST", "/me", "a:={"], "value of a is not JSON"),
        (["FETCH", "/me"], "'FETCH' is not one of"),
        (["POST", "/me", "a=b", "--input", "-"], "either as fields or by --input"),
    ],
)
def test_words_that_make_no_sense_are_2(words: list[str], told: str) -> None:
    done = run("api", *words, env=environment())
    assert done.returncode == 2
    assert told in done.stderr
    assert "Traceback" not in done.stderr
