"""The rows behind the links in mails: one revokes every token that was made for it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from ticketdesk.models.contacts import contacts
from ticketdesk.models.users import portal_links
from ticketdesk.repositories.base import Repository


@dataclass(frozen=True, slots=True)
class LinkedContact:
    """The active contact that a link was made for."""

    id: UUID
    name: str


class PortalLinkRepository(Repository):
    """Links of contacts to the portal."""

    async def find_contact(self, link_id: UUID, contact_id: UUID, now: datetime) -> LinkedContact | None:
        """Return the contact of a link that holds at ``now``; ``None`` also when the link is somebody else's."""
        statement = (
            select(contacts.c.id, contacts.c.name)
            .join(portal_links, portal_links.c.contact_id == contacts.c.id)
            .where(portal_links.c.id == link_id, contacts.c.id == contact_id, contacts.c.is_active)
            .where(portal_links.c.revoked_at.is_(None), portal_links.c.expires_at > now)
        )
        row = await self._one(statement)
        return LinkedContact(row["id"], row["name"]) if row else None
