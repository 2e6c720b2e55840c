"""Sign-ups: that an account became a client, and the tickets which that made."""

from uuid import UUID

from pydantic import AwareDatetime

from ticketdesk.schemas.base import Input, Schema


class SignUpCreate(Input):
    """Who signed the account up: a contact of it."""

    contact_id: UUID


class SignUpTicket(Schema):
    """A ticket that a sign-up made."""

    id: UUID
    number: int
    title: str


class SignUp(Schema):
    """That an account signed up; ``tickets`` are in the order of their templates."""

    account_id: UUID
    contact_id: UUID
    signed_up_at: AwareDatetime
    tickets: list[SignUpTicket]
