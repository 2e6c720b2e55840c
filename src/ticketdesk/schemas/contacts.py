"""Contacts: the people that tickets are about or written to."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import AwareDatetime, Field, StrictBool

from ticketdesk.schemas.base import Address, Input, Line, PageSchema, Schema
from ticketdesk.schemas.keywords import says
from ticketdesk.schemas.patches import Patch, unchanged

MAX_ADDRESSES = 20
Addresses = Annotated[
    list[Address],
    Field(
        max_length=MAX_ADDRESSES,
        description="the first is the primary one; an address belongs to one contact only",
        examples=[["anna.berg@brightpath.example"]],
    ),
    says(uniqueItems=True),
]


class ContactAccount(Schema):
    """The account a contact belongs to."""

    id: UUID
    name: str


class Contact(Schema):
    """A person. ``email`` is the first of ``addresses``; ``version`` is part of the ``ETag``."""

    id: UUID
    name: str
    email: str | None
    addresses: list[str]
    job_title: str | None
    phone: str | None
    external_id: str | None
    account: ContactAccount | None
    is_active: bool
    created_at: AwareDatetime
    updated_at: AwareDatetime
    version: int


class ContactPage(PageSchema[Contact]):
    """One page of contacts, oldest first unless sorted otherwise."""


class ContactCreate(Input):
    """A new contact."""

    name: Line
    addresses: Addresses = []
    job_title: Line | None = None
    phone: Line | None = None
    external_id: Line | None = Field(None, description="what another system calls the person; unique")
    account_id: UUID | None = None


class ContactPatch(Patch):
    """A merge-patch of a contact; ``addresses`` replaces the whole list, in its order."""

    name: Line = unchanged()
    addresses: Addresses = unchanged()
    job_title: Line | None = unchanged()
    phone: Line | None = unchanged()
    external_id: Line | None = unchanged()
    account_id: UUID | None = unchanged()
    is_active: StrictBool = unchanged()


class ContactQuery(Input):
    """What a list of contacts is narrowed by; a parameter given several times means any of its values."""

    q: Line | None = Field(None, description="beginnings of words in the name or an address")
    account_id: list[UUID] = []
    is_active: bool | None = None
    sort: Literal["created_at", "-created_at"] = "created_at"

    model_config = {"extra": "ignore"}
