"""Signing in, staying in and coming through a link, on the wire."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import AwareDatetime, Field, StringConstraints

from ticketdesk.domain.credentials import SessionKind
from ticketdesk.schemas.base import MAX_ADDRESS_BYTES, Input, PageSchema, Schema
from ticketdesk.schemas.keywords import CONTROLS, at_most, text
from ticketdesk.schemas.users import PRINTABLE, Password, User

# Not ``Address``: who signs in is looked up as typed, and no rule of form tells them anything they need.
TypedAddress = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=MAX_ADDRESS_BYTES, pattern=PRINTABLE),
    at_most(MAX_ADDRESS_BYTES),
    text(CONTROLS),
]


class SessionCreate(Input):
    """What a user signs in with."""

    email: TypedAddress
    password: Password = Field(repr=False)


class SessionRefresh(Input):
    """The refresh token of the last answer; it works once."""

    refresh_token: Annotated[str, StringConstraints(min_length=1, max_length=200)] = Field(repr=False)


class Session(Schema):
    """A session's tokens. Present the access token; exchange the refresh token for the next pair, once.

    A refresh token that is presented again ends the session for everybody who holds a part of it, so a client
    refreshes in one place at a time.
    """

    access_token: str
    token_type: Literal["Bearer"]
    expires_at: AwareDatetime = Field(description="end of the access token")
    refresh_token: str
    refresh_expires_at: AwareDatetime
    user: User


class OwnSession(Schema):
    """Where the caller is signed in; without anything that would let somebody in."""

    id: UUID
    kind: SessionKind
    created_at: AwareDatetime
    expires_at: AwareDatetime
    is_current: bool = Field(description="whether this request came by it")


class OwnSessionPage(PageSchema[OwnSession]):
    """One page of sessions, oldest first."""


class LinkExchange(Input):
    """The token in the fragment of a link from a mail."""

    token: Annotated[str, StringConstraints(min_length=1, max_length=4096)] = Field(repr=False)


class PortalContact(Schema):
    """The person a link was made for."""

    id: UUID
    name: str


class PortalSession(Schema):
    """A short session of a contact without an account, and the ticket that the link opens."""

    access_token: str
    token_type: Literal["Bearer"]
    expires_at: AwareDatetime
    ticket_id: UUID
    contact: PortalContact
    desk_name: str
