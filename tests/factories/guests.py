"""Guests: users who are the contact that something was sent to."""

from typing import Any
from uuid import UUID

from tests.factories.users import create_user

from ticketdesk.bootstrap import Resources


async def create_guest(resources: Resources, contact_id: UUID, **fields: Any) -> UUID:
    """Write a guest for the contact, with the password of ``factories.users``, and return the user's id."""
    return await create_user(resources, role="guest", contact_id=contact_id, **fields)
