"""The caller on the wire."""

from uuid import UUID

from pydantic import Field

from ticketdesk.domain.actors import ActorKind
from ticketdesk.domain.permissions import Permission, Role
from ticketdesk.schemas.base import Schema


class Me(Schema):
    """Whoever the credential stands for, and what it lets them do."""

    kind: ActorKind
    id: UUID
    name: str
    email: str | None
    role: Role | None = Field(description="null for a contact who came through a link")
    team: str | None
    permissions: list[Permission]
