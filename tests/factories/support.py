"""Requests of one client that are given out by the rules, each in a transaction of its own."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from tests.factories.support_tickets import Client, add_category, create_client

from ticketdesk.bootstrap import Resources
from ticketdesk.domain.actors import SYSTEM
from ticketdesk.domain.ticket_workflow import TicketKind
from ticketdesk.domain.tickets import Origin
from ticketdesk.repositories.base import new_id
from ticketdesk.repositories.tickets import TicketRecord
from ticketdesk.schemas.ticket_creations import SupportTicketCreate
from ticketdesk.services import ticket_creations


class SupportDesk:
    """A client whose sign-up keeps asking for something; by nobody of the staff, so that anybody may get it."""

    def __init__(self, resources: Resources, client: Client) -> None:
        self.resources = resources
        self.client = client

    @classmethod
    async def open(cls, resources: Resources, **category: Any) -> "SupportDesk":
        """Write the client, with a category that has these fields."""
        return cls(resources, await create_client(resources, **category))

    async def add_category(self, **fields: Any) -> UUID:
        """Write another category and return its id."""
        return await add_category(self.resources, f"Category {new_id().hex[-8:]}", **fields)

    async def ask(self, category_id: UUID | None = None) -> TicketRecord:
        """Let the client ask for something and return the ticket as the rules gave it out."""
        client = replace(self.client, category_id=category_id or self.client.category_id)
        data = SupportTicketCreate(
            kind=TicketKind.SUPPORT,
            title="Change the phone number",
            contact_id=client.contact_id,
            category_id=client.category_id,
        )
        async with self.resources.unit_of_work() as uow:
            return await ticket_creations.create_support(uow, SYSTEM, data, Origin.SIGN_UP)
