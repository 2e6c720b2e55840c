"""Users and teams on the wire."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import AwareDatetime, Field, StrictBool, StrictInt, StringConstraints

from ticketdesk.domain.passwords import LONGEST, SHORTEST
from ticketdesk.domain.permissions import Role
from ticketdesk.schemas.availability import Availability
from ticketdesk.schemas.base import Address, Input, Line, PageSchema, Schema
from ticketdesk.schemas.keywords import CONTROLS, says
from ticketdesk.schemas.patches import Patch, unchanged
from ticketdesk.schemas.values import WHOLE

# Printable: a control character in a password is a slip of a paste, and NUL is none that every system can hold.
PRINTABLE = f"^[^{CONTROLS}]*$"
Password = Annotated[str, StringConstraints(min_length=1, max_length=1000, pattern=PRINTABLE)]

# What a new one must be is the domain's rule, which has its own words for a refusal.
NewPassword = Annotated[Password, says(minLength=SHORTEST, maxLength=LONGEST)]

Capacity = Annotated[StrictInt, Field(ge=0, le=10_000), WHOLE]

# Guests are contacts who registered through an invite; nobody is made one here.
AssignableRole = Literal[Role.ADMIN, Role.LEAD, Role.AGENT, Role.AUDITOR]


class TeamReference(Schema):
    """A team by its name."""

    id: UUID
    name: str


class User(Schema):
    """A person who signs in; ``contact_id`` is set for one who is also a contact."""

    id: UUID
    email: str
    name: str
    role: Role
    is_active: bool
    works_tickets: bool = Field(description="whether tickets are given to them")
    capacity: int | None = Field(description="how many open tickets they have at most; null: any number")
    availability: Availability
    teams: list[TeamReference]
    contact_id: UUID | None
    created_at: AwareDatetime
    updated_at: AwareDatetime


class UserPage(PageSchema[User]):
    """One page of users, in the order in which they were created."""


class UserCreate(Input):
    """A new user; the password is told to them by whoever creates them."""

    email: Address
    name: Line
    role: AssignableRole
    password: NewPassword = Field(repr=False)
    works_tickets: StrictBool = True
    capacity: Capacity | None = None


class UserPatch(Patch):
    """A merge-patch; a new password or role, and ``is_active: false``, end all sessions of the user."""

    email: Address = unchanged()
    name: Line = unchanged()
    role: AssignableRole = unchanged()
    is_active: StrictBool = unchanged()
    password: NewPassword = unchanged(repr=False)
    works_tickets: StrictBool = unchanged()
    capacity: Capacity | None = unchanged()


class UserUpgrade(Input):
    """What a guest is from now on."""

    role: AssignableRole


class UserQuery(Input):
    """What the list of users is narrowed by; a parameter given several times means any of its values."""

    role: list[Role] = []
    is_active: bool | None = None
    team_id: list[UUID] = []
    q: Line | None = Field(None, description="part of the name or the e-mail address")

    model_config = {"extra": "ignore"}
