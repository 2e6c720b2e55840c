"""What the story plays on: the running product as seen from outside, the clock, and who writes it all down."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

from ticketdesk.demo.callers import Caller, Json, expect
from ticketdesk.demo.cast import PASSWORD, Person
from ticketdesk.demo.clocks import StoryClock
from ticketdesk.demo.mailboxes import Mailbox
from ticketdesk.demo.narration import Narrator


@dataclass
class Stage:
    """A running product. ``count_chains`` returns how many records there are and how many of them are broken.

    What somebody of the story saves for later is put into ``folder``.
    """

    base_url: str
    anonymous: Caller
    clock: StoryClock
    narrator: Narrator
    mailbox: Mailbox
    count_chains: Callable[[], Awaitable[tuple[int, int]]]
    folder: Path
    items: dict[str, str] = field(default_factory=dict)  # ids of monitored items by what the monitor calls them

    async def sign_in(self, person: Person) -> Caller:
        """Return a caller with a new session of ``person``."""
        session = await self.anonymous.post("/auth/sessions", {"email": person.email, "password": PASSWORD})
        expect(session["user"]["role"] == person.role, f"{person.name} signed in with another role.")
        return self.anonymous.bearing(session["access_token"])

    async def create_ticket(self, staff: Caller, external_id: str, **fields: object) -> Json:
        """Create a ticket from what the monitor found."""
        body = {"kind": "corrective", "monitored_item_id": self.items[external_id], **fields}
        return await staff.post("/tickets", body)
