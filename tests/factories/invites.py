"""Invites, made through the API, and the links that come in their mails."""

from typing import Any
from uuid import UUID

import httpx
from tests.factories.users import PASSWORD

from ticketdesk.bootstrap import Resources
from ticketdesk.integrations.caught_mail import CaughtMail
from ticketdesk.jobs.deliveries import send_due_messages

INVITES = "/api/v1/invites"
CLARA = {"name": "Clara Voss", "email": "clara@voss.example"}
MARK = "#/i/"


async def create_invite(staff: httpx.AsyncClient, **whom: Any) -> dict[str, Any]:
    """Invite somebody, Clara unless told otherwise, and return the invite."""
    answer = await staff.post(INVITES, json=whom or CLARA)
    assert answer.status_code == 201, answer.text
    invite: dict[str, Any] = answer.json()
    return invite


async def read_invite(staff: httpx.AsyncClient, invite_id: str) -> dict[str, Any]:
    """Return the invite as it is now."""
    answer = await staff.get(f"{INVITES}/{invite_id}")
    assert answer.status_code == 200, answer.text
    invite: dict[str, Any] = answer.json()
    return invite


async def mailed_tokens(resources: Resources, address: str = CLARA["email"]) -> list[str]:
    """Let the desk send what is due, and return the tokens in all mails to an address, oldest first."""
    await send_due_messages(resources)
    assert resources.catcher is not None
    return [token for mail in resources.catcher.to(address) for token in tokens_in(mail)]


def tokens_in(mail: CaughtMail) -> list[str]:
    """Return the tokens of the links to register in a mail, each once."""
    return list(dict.fromkeys(link.split(MARK)[1] for link in mail.links if MARK in link))


async def redeem(client: httpx.AsyncClient, token: str, **fields: Any) -> httpx.Response:
    """Register with a token."""
    return await client.post(
        f"{INVITES}/redeem", json={"token": token, "name": "Clara", "password": PASSWORD, **fields}
    )


async def invite_guest(resources: Resources, staff: httpx.AsyncClient, client: httpx.AsyncClient) -> UUID:
    """Invite Clara and register her; return the user's id."""
    await create_invite(staff)
    answer = await redeem(client, (await mailed_tokens(resources))[-1])
    assert answer.status_code == 201, answer.text
    return UUID(answer.json()["user"]["id"])
