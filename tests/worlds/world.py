"""What a built desk is to the tests that call every operation on it."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from tests.application import ClientFor, SignedInClient
from tests.contracts.permission_objects import READERS, Who
from tests.worlds.canaries import Canary, fresh, secrets_of

from ticketdesk.bootstrap import Resources
from ticketdesk.domain.permissions import Permission
from ticketdesk.repositories.base import new_id

OWN = "own"
OTHER = "someone else's"
OTHER_RECIPIENT = "other recipient"
Path = dict[str, str]


@dataclass
class World:
    """Who is there, where everything is, and what must not get about.

    ``paths`` has the parameters of a path by kind of object and what it is to the caller, as in
    ``permissions.OBJECTS``; ``own`` has those that differ by caller. ``bodies`` are by operation. ``recipients`` are
    as a ticket names them, ``contacts`` their ids; ``readers`` tells who reads the mail to an address.
    """

    resources: Resources
    client_for: ClientFor
    colleague: SignedInClient
    people: dict[Who, UUID] = field(default_factory=dict)
    staff: dict[Who, SignedInClient] = field(default_factory=dict)
    paths: dict[str, dict[str, Path]] = field(default_factory=lambda: {"": {"": {}}})
    own: dict[tuple[str, Who], Path] = field(default_factory=dict)
    contacts: dict[str, UUID] = field(default_factory=dict)
    recipients: dict[str, dict[str, str]] = field(default_factory=dict)
    readers: dict[str, str] = field(default_factory=dict)
    bodies: dict[str, Any] = field(default_factory=dict)
    canaries: list[Canary] = field(default_factory=list)

    def path(self, kind: str, relation: str, who: Who | None) -> Path:
        """Return what names an object of ``kind`` that is to ``who`` what ``relation`` says."""
        own = self.own.get((kind, who)) if relation == OWN and who is not None else None
        return own or self.paths[kind][relation]

    def plant(self, what: str, known_to: frozenset[str] = READERS, scope: Permission | None = None) -> str:
        """Return a new text, which nobody but ``known_to`` may read, by an API key with ``scope`` alone."""
        text = fresh(what)
        self.canaries.append(Canary(what, text, known_to, scope))
        return text

    def hide(self, what: str, secret: str | bytes) -> None:
        """Note a secret, which nobody may read."""
        self.canaries += secrets_of(what, secret)


def existing(parameter: str, found: UUID | str) -> dict[str, Path]:
    """Return the paths of a kind of object that is either there or not."""
    return {"existing": {parameter: str(found)}, "missing": {parameter: str(new_id())}}
