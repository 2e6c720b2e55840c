"""Invites on the wire: the token is in the mail alone."""

from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, ConfigDict, Field, StringConstraints

from ticketdesk.domain.invites import InviteState
from ticketdesk.schemas.base import Address, Input, Line, PageSchema, Schema
from ticketdesk.schemas.keywords import given, never, without
from ticketdesk.schemas.tickets import Named
from ticketdesk.schemas.users import NewPassword


class Invite(Schema):
    """An invite to register, for one person and one address, which becomes the user's.

    ``ticket_id`` is the ticket whose mail brought it, ``null`` for one sent by itself. ``revoked_by`` is ``null``
    where the person registered through another invite.
    """

    id: UUID
    status: InviteState
    contact: Named
    email: str
    ticket_id: UUID | None
    created_by: Named
    created_at: AwareDatetime
    expires_at: AwareDatetime
    sends: int = Field(description="mails that it was put into")
    last_sent_at: AwareDatetime | None
    redeemed_at: AwareDatetime | None
    user_id: UUID | None = Field(description="the guest who registered with it")
    revoked_at: AwareDatetime | None
    revoked_by: Named | None


class InvitePage(PageSchema[Invite]):
    """One page of invites, newest first."""


class InviteQuery(Input):
    """What the list of invites is narrowed by; a parameter given several times means any of its values."""

    status: list[InviteState] = []
    contact_id: list[UUID] = []

    model_config = {"extra": "ignore"}


class InviteCreate(Input):
    """Whom to invite: a contact at their first address, or whoever has an address; who is new becomes a contact."""

    contact_id: UUID | None = None
    email: Address | None = None
    name: Line | None = None

    model_config = ConfigDict(
        json_schema_extra=never(
            without("contact_id", "email"),
            [given("contact_id"), given("email")],
            [given("contact_id"), given("name")],
            [given("email"), without("name")],
        )
    )


class InviteRedemption(Input):
    """What somebody registers with: the token in the fragment of the link, the name they go by, a password."""

    token: Annotated[str, StringConstraints(min_length=1, max_length=4096)] = Field(repr=False)
    name: Line
    password: NewPassword = Field(repr=False)
