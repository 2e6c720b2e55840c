"""Strings that exist once, and who may ever get to read them."""

import base64
import re
from collections.abc import Iterable
from typing import NamedTuple
from uuid import uuid4

from tests.contracts.permission_objects import READERS

from ticketdesk.domain.permissions import Permission

# What an error never says (api.md, errors): SQL, names of classes and modules, places in the program.
_INSIDES = re.compile(
    rb"\bselect\b.+\bfrom\b|insert into|update .+ set |asyncpg|sqlalchemy|pydantic|starlette|fastapi"
    rb"|traceback|ticketdesk\.\w|\w(?:Error|Exception)\b|\.py\b|0x[0-9a-f]{6}",
    re.IGNORECASE,
)


class Canary(NamedTuple):
    """One text, what it was planted as, and who may read it; ``scope`` is what an API key needs to.

    ``known_to`` has callers of the permission table, and the recipient of other tickets, who gets mail alone.
    """

    what: str
    text: str
    known_to: frozenset[str] = READERS
    scope: Permission | None = None

    @property
    def is_secret(self) -> bool:
        """Whether nobody may read it at all."""
        return not self.known_to


def fresh(what: str) -> str:
    """Return a text that is nowhere else, fit for a name, a sentence or the local part of an address."""
    return f"canary-{what.replace(' ', '-')}-{uuid4().hex[-12:]}"


def secrets_of(what: str, secret: str | bytes) -> list[Canary]:
    """Return a secret in every form in which it might leave: as it is, and bytes as digits and as Base64."""
    if isinstance(secret, str):
        return [Canary(what, secret, frozenset())]
    forms = (secret.hex(), base64.b64encode(secret).decode(), base64.urlsafe_b64encode(secret).decode().rstrip("="))
    return [Canary(what, form, frozenset()) for form in forms]


def found_in(content: bytes, canaries: Iterable[Canary]) -> list[Canary]:
    """Return those of ``canaries`` that ``content`` holds."""
    return [canary for canary in canaries if canary.text.encode() in content]


def insides_in(content: bytes) -> list[str]:
    """Return what ``content`` tells of how the program is made."""
    return [match.group().decode(errors="replace")[:80] for match in _INSIDES.finditer(content)]
