"""Accounts: the client companies, branches and sites that contacts belong to."""

from typing import Literal
from uuid import UUID

from pydantic import AwareDatetime, Field, StrictBool

from ticketdesk.schemas.base import Input, Line, PageSchema, Schema
from ticketdesk.schemas.patches import Patch, unchanged


class ExternalIds(Schema):
    """What other systems call the account."""

    web_id: str | None = None
    nmls_id: str | None = None
    crm_id: str | None = None


class Account(Schema):
    """A client company, branch or site. ``version`` is part of its ``ETag``."""

    id: UUID
    name: str
    external_ids: ExternalIds
    is_active: bool
    signed_up_at: AwareDatetime | None = Field(description="null until its sign-up")
    created_at: AwareDatetime
    updated_at: AwareDatetime
    version: int


class AccountPage(PageSchema[Account]):
    """One page of accounts, oldest first unless sorted otherwise."""


class ExternalIdsPatch(Patch):
    """What other systems call the account; what is left out stays, ``null`` removes."""

    web_id: Line | None = unchanged()
    nmls_id: Line | None = unchanged()
    crm_id: Line | None = unchanged()


class AccountCreate(Input):
    """A new account; names need not be unique."""

    name: Line
    external_ids: ExternalIdsPatch = ExternalIdsPatch()


class AccountPatch(Patch):
    """A merge-patch of an account."""

    name: Line = unchanged()
    external_ids: ExternalIdsPatch = unchanged()
    is_active: StrictBool = unchanged()


class AccountQuery(Input):
    """What a list of accounts is narrowed by."""

    q: Line | None = Field(None, description="beginnings of words in the name or an external id")
    is_active: bool | None = None
    sort: Literal["created_at", "-created_at"] = "created_at"

    model_config = {"extra": "ignore"}
