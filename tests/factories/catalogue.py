"""Products, categories and templates of support tickets, made through the API as a lead or an admin."""

from typing import Any

import httpx

from ticketdesk.repositories.base import new_id


async def create_product(staff: httpx.AsyncClient, name: str | None = None, **fields: Any) -> str:
    """Create a product, with a name of its own unless given one, and return its id."""
    return await _create(staff, "products", "Product", name, fields)


async def create_category(staff: httpx.AsyncClient, name: str | None = None, **fields: Any) -> str:
    """Create a category, with a name of its own unless given one, and return its id."""
    return await _create(staff, "categories", "Category", name, fields)


async def create_template(staff: httpx.AsyncClient, name: str | None = None, **fields: Any) -> str:
    """Create a ticket template, with a name and a title of its own unless given them, and return its id."""
    return await _create(staff, "ticket-templates", "Template", name, {"title": name or "Call them"} | fields)


async def _create(staff: httpx.AsyncClient, path: str, what: str, name: str | None, fields: dict[str, Any]) -> str:
    body = {"name": name or f"{what} {new_id().hex[-8:]}", **fields}
    answer = await staff.post(f"/api/v1/{path}", json=body)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])
