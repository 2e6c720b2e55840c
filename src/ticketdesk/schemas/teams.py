"""Teams on the wire."""

from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, Field

from ticketdesk.domain.permissions import Role
from ticketdesk.schemas.base import Input, Line, PageSchema, Schema
from ticketdesk.schemas.patches import Patch, unchanged

MAX_MEMBERS = 1000


class TeamMember(Schema):
    """A user in a team."""

    id: UUID
    name: str
    role: Role
    is_active: bool


class Team(Schema):
    """Users who share work; members by name."""

    id: UUID
    name: str
    members: list[TeamMember]
    created_at: AwareDatetime
    updated_at: AwareDatetime


class TeamPage(PageSchema[Team]):
    """One page of teams, in the order in which they were created."""


class TeamCreate(Input):
    """A new team, still without members."""

    name: Line


class TeamPatch(Patch):
    """A merge-patch."""

    name: Line = unchanged()


class TeamMembers(Input):
    """Everybody who is in the team from now on."""

    user_ids: Annotated[list[UUID], Field(max_length=MAX_MEMBERS)]
