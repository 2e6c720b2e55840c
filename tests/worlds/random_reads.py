"""Everything that somebody can read of a drawn world, compared with what its plan says that they may."""

from collections.abc import AsyncIterator

import httpx
from tests.worlds import random_oracles as oracle
from tests.worlds.random_plans import Person, Plan, Ticket, words_in

PORTAL = "/api/v1/portal"
# Of what the desk reads about a ticket; from outside there is nothing of it.
STAFF_PATHS = ("", "/answers", "/comments", "/activity", "/attachments", "/messages", "/report")


class Reader:
    """Reads a world as one of its people and notes every difference from the oracle."""

    def __init__(self, client: httpx.AsyncClient, plan: Plan, person: Person, token: str) -> None:
        self._client = client
        self._plan = plan
        self._person = person
        self._headers = {"Authorization": f"Bearer {token}"}
        self.differences: list[str] = []
        self.reads = 0

    async def read_all(self) -> None:
        """Read every channel; what is not for this person has to be as if it had never been there."""
        async for url, expected in self._channels():
            await self._compare(url, expected)

    async def _channels(self) -> AsyncIterator[tuple[str, set[str] | None]]:
        person, plan = self._person, self._plan
        yield f"{PORTAL}/tickets?limit=200", oracle.in_list(person, plan)
        for ticket in plan.tickets:
            found = self._of_ticket(ticket)
            # Whose credential does not hold gets the same refusal everywhere: one look at each ticket will do.
            for url, expected in found if oracle.may_come_in(person) else found[:1]:
                yield url, expected
            if person.way not in oracle.STAFF:
                # One after the other in turn, so that a thousand worlds have tried all of them.
                path = STAFF_PATHS[ticket.id.int % len(STAFF_PATHS)]
                yield f"/api/v1/tickets/{ticket.id}{path}", None

    def _of_ticket(self, ticket: Ticket) -> list[tuple[str, set[str] | None]]:
        person, url = self._person, f"{PORTAL}/tickets/{ticket.id}"
        found = [(url, oracle.in_ticket(person, ticket))]
        files = oracle.in_files(person, ticket)
        found.append((f"{url}/attachments?limit=200", files))
        for file in ticket.files:
            shown = {file.name} if file.name in (files or ()) else None
            found.append((f"{PORTAL}/attachments/{file.id}/content", shown))
        if oracle.is_task(ticket):
            found += [
                (f"{url}/answers", oracle.in_answers(person, ticket)),
                (f"{url}/people", oracle.in_people(person, ticket)),
            ]
        return found

    async def _compare(self, url: str, expected: set[str] | None) -> None:
        answer = await self._client.get(url, headers=self._headers)
        self.reads += 1
        status = 200 if expected is not None else 404
        if not oracle.may_come_in(self._person):
            status, expected = 401, None
        # Names of files leave in a header, everything else in the body.
        shown = words_in(answer.text + answer.headers.get("content-disposition", ""))
        told = f"{self._person.way} {url}"
        if answer.status_code != status:
            self.differences.append(f"{told}: {answer.status_code}, not {status}")
        if leaked := shown - (expected or set()):
            self.differences.append(f"{told}: tells {len(leaked)} words too many")
        if lost := (expected or set()) - shown:
            self.differences.append(f"{told}: lacks {len(lost)} words")
