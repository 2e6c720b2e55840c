"""Support tickets, made through the API, with the client, the category and the people around them."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import httpx
from sqlalchemy import insert
from tests.factories.contacts import create_account, create_contact

from ticketdesk.bootstrap import Resources
from ticketdesk.models.catalogue import categories, products
from ticketdesk.repositories.base import new_id

CLIENT = "anna.berg@brightpath.example"


@dataclass(frozen=True)
class Client:
    """A contact who belongs to an account, and what their requests are routed by."""

    contact_id: UUID
    account_id: UUID
    category_id: UUID
    product_id: UUID


async def add_category(resources: Resources, name: str = "Website edit", **fields: Any) -> UUID:
    """Write a category straight into its table and return its id."""
    return await _add(resources, categories, name, fields)


async def add_product(resources: Resources, name: str = "Landing pages", **fields: Any) -> UUID:
    """Write a product straight into its table and return its id."""
    return await _add(resources, products, name, fields)


async def _add(resources: Resources, table: Any, name: str, fields: dict[str, Any]) -> UUID:
    entry_id, now = new_id(), resources.clock.now()
    row = {"id": entry_id, "name": name, "created_at": now, "updated_at": now}
    async with resources.engine.begin() as connection:
        await connection.execute(insert(table).values(row | fields))
    return entry_id


async def create_client(resources: Resources, **category: Any) -> Client:
    """Write Anna of Brightpath, a category with these fields, and a product."""
    account_id = await create_account(resources)
    contact_id = await create_contact(resources, "Anna Berg", CLIENT, account_id=account_id)
    category_id = await add_category(resources, **category)
    return Client(contact_id, account_id, category_id, await add_product(resources))


def request_of(client: Client, **fields: Any) -> dict[str, Any]:
    """Return what staff send for a request of the client's in their category."""
    return {
        "kind": "support",
        "title": "Swap the banner on the home page",
        "contact_id": str(client.contact_id),
        "category_id": str(client.category_id),
        **fields,
    }


async def create_support_ticket(staff: httpx.AsyncClient, client: Client, **fields: Any) -> dict[str, Any]:
    """Create a support ticket on behalf of the client and return it."""
    answer = await staff.post("/api/v1/tickets", json=request_of(client, **fields))
    assert answer.status_code == 201, answer.text
    ticket: dict[str, Any] = answer.json()
    return ticket
