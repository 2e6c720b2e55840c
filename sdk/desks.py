"""The running product, on an empty database of its own, with the mailbox that shows what recipients get."""

import re
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
from tests.cli.commands import COMMAND, environment, started
from tests.database import server_dir

from sdk.programs import Fault, run

_SERVING = r'"url":\s*"(http://[^"]+)"'
_SCOPE = re.compile(r"[a-z_]+:(?:read|write)")
_PASSWORD = "correct horse battery staple"  # noqa: S105 - of a desk that lives as long as this process
# What happened to the ticket, in this order; there may be more in between.
STORY = ("created", "sent", "commented", "replied", "completed", "closed")


class Desk:
    """A desk that is served at ``url``, seen by one of its agents."""

    def __init__(self, url: str, agent: httpx.AsyncClient) -> None:
        self.url = url
        self._agent = agent

    async def drive(self, *words: str | Path, example: Path) -> str:
        """Run an example with a key of just the scopes that its source names before it imports anything.

        Returns what the record of its ticket says. Raises ``Fault`` when the program fails or the record does not tell
        the whole story.
        """
        scopes = _scopes(example)
        key = (await self._ask("POST", "/api-keys", json={"name": example.name, "scopes": scopes}))["key"]
        printed = await run(*words, where=example.parent, env=environment(API_URL=self.url, API_KEY=key))
        ticket = (await self._ask("GET", "/tickets", params={"sort": "-created_at", "limit": 1}))["items"][0]
        entries = (await self._ask("GET", f"/tickets/{ticket['id']}/activity", params={"limit": 200}))["items"]
        told = [entry["kind"] for entry in entries]
        if not _tells_the_story(told) or ticket["status"] != "closed":
            raise Fault(f"The record of #{ticket['number']} says {', '.join(told)}. The program printed:\n{printed}")
        return f"#{ticket['number']} {', '.join(told)}"

    async def _ask(self, method: str, path: str, **options: Any) -> Any:
        answer = await self._agent.request(method, f"/api/v1{path}", **options)
        if not answer.is_success:
            raise Fault(f"{method} {path} answered {answer.status_code}: {answer.text}")
        return answer.json()


def _tells_the_story(told: Iterable[str]) -> bool:
    rest = iter(told)
    # Each search goes on where the last one ended.
    return all(kind in rest for kind in STORY)


def _scopes(example: Path) -> list[str]:
    return _SCOPE.findall(example.read_text(encoding="utf-8").partition("import")[0])


@asynccontextmanager
async def open_desk() -> AsyncIterator[Desk]:
    """Run ``ticketdesk serve`` while the block runs, and sign an agent in."""
    with server_dir() as directory:
        env = environment(DATA_DIR=str(directory))
        async with started("serve", "--port", "0", env=env) as server:
            try:
                url = (await server.says(_SERVING))[1]
                async with httpx.AsyncClient(base_url=url, timeout=30) as agent:
                    await _sign_in(agent, env)
                    yield Desk(url, agent)
            finally:
                # Told to end, it ends its database too.
                await server.end()


async def _sign_in(agent: httpx.AsyncClient, env: dict[str, str]) -> None:
    email = "lea@desk.example"
    await run(
        COMMAND, "user", "create", "--email", email, "--name", "Lea Agent", "--role", "agent", "--password-stdin",
        where=Path.cwd(), env=env, said=_PASSWORD,
    )  # fmt: skip
    answer = await agent.post("/api/v1/auth/sessions", json={"email": email, "password": _PASSWORD})
    agent.headers["Authorization"] = f"Bearer {answer.raise_for_status().json()['access_token']}"
