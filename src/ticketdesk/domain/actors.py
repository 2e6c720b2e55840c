"""Who acts: the one value that services, visibility and the activity record ask about a caller."""

from dataclasses import dataclass, field, replace
from enum import StrEnum
from uuid import UUID

from ticketdesk.domain.errors import NotFound, NotPermitted
from ticketdesk.domain.permissions import Permission, Role, granted


class ActorKind(StrEnum):
    """How the actor came in."""

    USER = "user"
    API_KEY = "api_key"
    CONTACT = "contact"
    SYSTEM = "system"


class Side(StrEnum):
    """Staff are the inside of a ticket, recipients its outside."""

    STAFF = "staff"
    RECIPIENT = "recipient"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Actor:
    """A caller whose credential held, read from the database for this request.

    ``id`` is the user's or contact's id (for an API key: its owner's), ``None`` for the system. ``team`` is the name
    shown beside the person's in mails, ``None`` without one; ``team_ids`` are all of theirs. ``session_id`` is the
    credential in use. ``linked_contact_id`` is the contact that a user also is, if any.
    """

    kind: ActorKind
    id: UUID | None
    name: str
    permissions: frozenset[Permission] = field(default_factory=frozenset)
    role: Role | None = None
    team: str | None = None
    team_ids: frozenset[UUID] = frozenset()
    session_id: UUID | None = None
    linked_contact_id: UUID | None = None

    @property
    def side(self) -> Side:
        """The side of a ticket this actor stands on."""
        if self.kind is ActorKind.SYSTEM:
            return Side.SYSTEM
        return Side.RECIPIENT if self.kind is ActorKind.CONTACT or self.role is Role.GUEST else Side.STAFF

    @property
    def user_id(self) -> UUID | None:
        """The user's id, or ``None`` for a contact and the system."""
        return self.id if self.kind in {ActorKind.USER, ActorKind.API_KEY} else None

    @property
    def contact_id(self) -> UUID | None:
        """The id of the contact who acts, through a link or as a guest; ``None`` for the desk and the system."""
        if self.kind is ActorKind.CONTACT:
            return self.id
        return self.linked_contact_id if self.side is Side.RECIPIENT else None

    @property
    def staff_id(self) -> UUID | None:
        """The user's id where the desk acts; ``None`` for the outside, guests too, and the system."""
        return self.user_id if self.side is Side.STAFF else None

    @property
    def person(self) -> tuple[ActorKind, UUID | None]:
        """Who is recorded as having acted: for the outside the contact, whatever they came in by."""
        contact_id = self.contact_id
        return (ActorKind.CONTACT, contact_id) if contact_id else (self.kind, self.id)

    def require(self, permission: Permission) -> None:
        """Raise ``NotPermitted`` unless this actor holds ``permission``.

        From outside what the desk works with does not exist, so there it is ``NotFound``, whatever was asked for.
        """
        if permission in self.permissions:
            return
        if self.side is Side.RECIPIENT:
            raise NotFound
        raise NotPermitted(f"This needs the permission {permission.value}.", required=permission.value)

    def as_recipient(self) -> "Actor":
        """Return the caller as the portal treats them: staff as their contact, with the permissions of a guest.

        Staff without a contact are nobody's recipient, and see nothing.
        """
        if self.side is not Side.STAFF:
            return self
        return replace(self, role=Role.GUEST, permissions=granted(Role.GUEST), team=None, team_ids=frozenset())


SYSTEM = Actor(ActorKind.SYSTEM, None, "Ticketdesk")


def portal_actor(contact_id: UUID, name: str, session_id: UUID | None = None) -> Actor:
    """Return the actor of a contact who came through a link: no role, the portal permission alone."""
    return Actor(ActorKind.CONTACT, contact_id, name, granted(Role.GUEST), role=None, session_id=session_id)
