"""The recipients' mail programs: they see what came by SMTP, and follow the links in it."""

from collections import defaultdict
from urllib.parse import urlsplit

import httpx

from ticketdesk.demo.callers import Caller, Json, expect, until
from ticketdesk.demo.cast import PASSWORD

MAILBOX = "/dev/mailbox"


class Mailbox:
    """What the mail catcher of the demo received."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller
        self._seen: dict[str, int] = defaultdict(int)

    async def next_to(self, address: str) -> Json:
        """Return the next mail to ``address`` that was not returned yet, once it is there."""

        async def fetch() -> Json | None:
            mails = await self.all_to(address)
            return next((mail for mail in mails if mail["id"] > self._seen[address]), None)

        mail = await until(fetch, bool, f"No further mail to {address} arrived.")
        assert mail is not None  # noqa: S101 - that is what was waited for
        self._seen[address] = mail["id"]
        return mail

    async def all_to(self, address: str) -> list[Json]:
        """Return all mails to ``address`` so far, oldest first."""
        mails: list[Json] = (await self._caller.get(f"{MAILBOX}/mails.json", to=address))["items"]
        return mails

    async def count(self) -> int:
        """Return how many mails came so far."""
        return len((await self._caller.get(f"{MAILBOX}/mails.json"))["items"])


def ticket_links(mail: Json) -> list[str]:
    """Return the links of ``mail`` that open a ticket, in its order."""
    return [link for link in mail["links"] if urlsplit(link).fragment.startswith("/t/")]


def invite_links(mail: Json) -> list[str]:
    """Return the links of ``mail`` that let somebody register."""
    return [link for link in mail["links"] if urlsplit(link).fragment.startswith("/i/")]


async def register(caller: Caller, link: str, name: str) -> httpx.Response:
    """Do what the portal page does with an invite: redeem its token, with a name and a password."""
    token = urlsplit(link).fragment.removeprefix("/i/")
    return await caller.ask("POST", "/invites/redeem", json={"token": token, "name": name, "password": PASSWORD})


async def open_link(caller: Caller, link: str) -> tuple[Caller, Json]:
    """Do what the portal page does with a link: exchange its token, and look at the ticket it opens."""
    token = urlsplit(link).fragment.removeprefix("/t/")
    session = await caller.post("/auth/links/exchange", {"token": token})
    guest = caller.bearing(session["access_token"])
    ticket = await guest.get(f"/portal/tickets/{session['ticket_id']}")
    expect(ticket["id"] == session["ticket_id"], "The link opened another ticket.")
    return guest, ticket
