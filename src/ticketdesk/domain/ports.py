"""What the core asks of the outside world; ``integrations/`` implements it, ``bootstrap`` chooses."""

from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol, TypeAlias
from uuid import UUID

from ticketdesk.domain.stored_contents import StoredContent


class Clock(Protocol):
    """The only source of the present."""

    def now(self) -> datetime:
        """Return the present as an aware UTC time."""
        ...


@dataclass(frozen=True, slots=True)
class Mailbox:
    """A display name (may be empty, any text) and a plain address (RFC 5322 ``mailbox``)."""

    name: str
    address: str


@dataclass(frozen=True, slots=True)
class OutgoingMail:
    """One mail to one recipient, ready to be encoded.

    ``message_id`` and ``references`` are ``msg-id``s with their angle brackets (RFC 5322 section 3.6.4); ``bcc`` are
    plain addresses that appear in the envelope only.
    """

    message_id: str
    date: datetime
    sender: Mailbox
    recipient: Mailbox
    subject: str
    text: str
    html: str
    in_reply_to: str | None = None
    references: tuple[str, ...] = ()
    bcc: tuple[str, ...] = ()
    reply_to: Mailbox | None = None


class DeliveryOutcome(StrEnum):
    """What the next mail server said of the recipient (RFC 5321 section 4.2.1); withheld: it was not given the mail."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"
    DEFERRED = "deferred"
    WITHHELD = "withheld"


@dataclass(frozen=True, slots=True)
class Delivery:
    """An outcome with the server's words; ``smtp_code`` is ``None`` where no server answered."""

    outcome: DeliveryOutcome
    smtp_code: int | None
    detail: str


Clearance: TypeAlias = Callable[[], Awaitable[bool]]


class MailTransport(Protocol):
    """Hands mails to the next server."""

    async def send(self, mail: OutgoingMail, is_cleared: Clearance | None = None) -> Delivery:
        """Send one mail; never raises for what a server or the network does, that is a ``Delivery``.

        ``is_cleared`` is asked when the server waits for the content, which is sent only if the answer is true. It
        raises nothing.
        """
        ...

    async def close(self) -> None:
        """Say goodbye to the server and release connections."""
        ...


class PasswordHasher(Protocol):
    """Slow one-way hashing of passwords (OWASP: argon2id); awaited, because others are served meanwhile."""

    async def hash(self, password: str) -> str:
        """Return an encoded hash with its salt and parameters."""
        ...

    async def verify(self, encoded: str | None, password: str) -> bool:
        """Tell whether ``password`` made ``encoded``; false for an unreadable hash.

        ``None`` is for somebody nobody knows: false as well, after the same time.
        """
        ...

    def is_outdated(self, encoded: str) -> bool:
        """Tell whether ``encoded`` was made with other parameters than hashes are made with now."""
        ...


class TokenPurpose(StrEnum):
    """The audience of a token: one made for one purpose never serves another."""

    ACCESS = "access"
    PORTAL = "portal"
    LINK = "link"
    FILE = "file"
    INVITE = "invite"
    RESET = "reset"


@dataclass(frozen=True, slots=True)
class TokenClaims:
    """What a verified token says.

    ``token_id`` is the row that revokes it (session, link, invite or reset) or that it opens (attachment), ``subject``
    the user or contact, ``ticket_id`` the ticket a link opens.
    """

    purpose: TokenPurpose
    token_id: UUID
    subject: UUID
    issued_at: datetime
    expires_at: datetime
    ticket_id: UUID | None = None


class TokenSigner(Protocol):
    """Signs and verifies compact tokens (RFC 7519)."""

    def issue(self, claims: TokenClaims) -> str:
        """Return the signed token for ``claims``, made with the newest key."""
        ...

    def verify(self, token: str, purposes: Collection[TokenPurpose], now: datetime) -> TokenClaims:
        """Return the claims of a token for one of ``purposes``.

        Raises ``NotAuthenticated`` for whatever is wrong with the token, and nothing else.
        """
        ...

    def digest(self, content: bytes) -> bytes:
        """Return a digest that only holders of the newest key can make: 32 bytes, no use for guessing ``content``."""
        ...


class SealBroken(Exception):
    """Something sealed does not open: other context, other key, or altered."""


class Sealer(Protocol):
    """Encrypts what is stored but must not be readable in the database."""

    def seal(self, content: bytes, context: bytes) -> bytes:
        """Return ``content`` encrypted so that it takes the same ``context`` to read it."""
        ...

    def unseal(self, sealed: bytes, context: bytes) -> bytes:
        """Return the content; raises ``SealBroken`` for anything but what ``seal`` made for this context."""
        ...


@dataclass(frozen=True, slots=True)
class MailLine:
    """One ticket as a mail shows it; ``link`` leads its reader to it, and is empty where nothing does."""

    number: int
    title: str
    status_label: str
    status_color: str
    link: str
    description: str
    requested_actions: tuple[str, ...]
    item_url: str | None = None
    comment: str | None = None
    reason: str | None = None
    due_on: date | None = None


@dataclass(frozen=True, slots=True)
class MailContent:
    """What a mail says, before layout: the purpose picks the template.

    ``purpose`` is one of ``domain/messages.py``. ``sender_name`` and ``sender_team`` are the staff user who acted and
    their team; ``signature`` is plain text, may be empty. ``kind`` is that of all the tickets, ``None`` where they
    differ. ``others`` counts tickets that it is about as well and does not list, ``day`` is the business day it is of.
    ``account_link`` leads to where its reader registers or sets a password, until the end of ``link_until``; a mail
    without ``lines`` is about nothing else.
    ``is_to_staff``: its reader signs in, so that no link opens anything by itself.
    """

    purpose: str
    recipient_name: str
    sender_name: str
    sender_team: str | None
    desk_name: str
    signature: str
    subject_prefix: str
    lines: tuple[MailLine, ...]
    kind: str | None = None
    others: int = 0
    day: date | None = None
    account_link: str = ""
    link_until: date | None = None
    is_to_staff: bool = False


@dataclass(frozen=True, slots=True)
class RenderedMail:
    """Subject on one line, and both bodies."""

    subject: str
    text: str
    html: str


class MailRenderer(Protocol):
    """Lays out mails."""

    def render(self, content: MailContent) -> RenderedMail:
        """Return subject, text and HTML; everything in ``content`` is treated as text, never as markup."""
        ...


class StorageUnavailable(OSError):
    """The place where files are kept does not answer, or cannot be written; the same may succeed later."""


class ContentMissing(StorageUnavailable):
    """A content that should be there is not."""


class Storage(Protocol):
    """Keeps contents under their own SHA-256: no name that anybody gave is part of where they are.

    Equal contents are one, and storing one twice, also at the same time, is no different from doing so once. Every
    method raises ``StorageUnavailable`` where the place fails.
    """

    async def put(self, pieces: AsyncIterator[bytes]) -> StoredContent:
        """Store ``pieces`` as one content, durably once this returns; nothing of it stays if ``pieces`` raises."""
        ...

    def read(self, digest: bytes, first: int = 0, count: int | None = None) -> AsyncIterator[bytes]:
        """Yield ``count`` bytes (``None``: all the rest) from ``first`` on, in pieces; raises ``ContentMissing``."""
        ...

    async def holds(self, digest: bytes) -> bool:
        """Tell whether the content is there."""
        ...

    def kept_before(self, before: datetime) -> AsyncIterator[Sequence[bytes]]:
        """Yield the digests of contents that nobody has put since then, some hundreds at a time at most."""
        ...

    async def remove(self, digest: bytes) -> None:
        """Remove a content, if it is there."""
        ...

    async def try_out(self) -> str:
        """Write, read and remove something, and return a sentence on where files are; raises for what fails."""
        ...

    async def forget_unfinished(self, before: datetime) -> int:
        """Remove what broken uploads from before then left behind and return how many there were."""
        ...
