"""Choosing a new password by mail, on the wire."""

from typing import Annotated

from pydantic import Field, StringConstraints

from ticketdesk.schemas.base import Input, Schema
from ticketdesk.schemas.sessions import TypedAddress
from ticketdesk.schemas.users import NewPassword


class PasswordResetCreate(Input):
    """The address that somebody signs in with."""

    email: TypedAddress


class PasswordResetAnswer(Schema):
    """The same words for every address, so that they tell nobody who has an account."""

    detail: str


class PasswordResetRedemption(Input):
    """The token in the fragment of the mail's link, and the new password."""

    token: Annotated[str, StringConstraints(min_length=1, max_length=4096)] = Field(repr=False)
    password: NewPassword = Field(repr=False)
