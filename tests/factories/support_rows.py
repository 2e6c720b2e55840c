"""Support tickets as rows, in any state at once: for lists and worksheets, which look at columns alone."""

from typing import Any
from uuid import UUID

from sqlalchemy import insert, select

from ticketdesk.bootstrap import Resources
from ticketdesk.models.catalogue import products
from ticketdesk.models.contacts import contacts
from ticketdesk.models.tickets import tickets
from ticketdesk.repositories.base import new_id


async def create_product_row(resources: Resources, name: str = "Website") -> UUID:
    """Write a product and return its id."""
    product_id, now = new_id(), resources.clock.now()
    async with resources.engine.begin() as connection:
        row = {"id": product_id, "name": name, "created_at": now, "updated_at": now}
        await connection.execute(insert(products).values(row))
    return product_id


async def create_support_row(resources: Resources, contact_id: UUID, status: str = "open", **fields: Any) -> str:
    """Write a support ticket of the contact's account and return its id; without a product it gets a new one."""
    ticket_id, now = new_id(), resources.clock.now()
    if not {"product_id", "category_id"} & fields.keys():
        fields["product_id"] = await create_product_row(resources, f"Product {ticket_id.hex[-12:]}")
    is_closed = status == "closed"
    row = {
        "id": ticket_id,
        "kind": "support",
        "title": "Change the opening hours",
        "status": status,
        "contact_id": contact_id,
        "created_at": now,
        "updated_at": now,
        "closed_at": now if is_closed else None,
        "resolution": "completed" if is_closed else None,
        "last_update_at": now,
        "last_update_by": "Desk",
        "last_update_kind": "created",
        "activity_hash": bytes(32),
        **fields,
    }
    async with resources.engine.begin() as connection:
        owner = select(contacts.c.account_id).where(contacts.c.id == contact_id)
        await connection.execute(insert(tickets).values({"account_id": await connection.scalar(owner)} | row))
    return str(ticket_id)
