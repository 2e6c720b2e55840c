"""Contacts and accounts, written through their repositories."""

from typing import Any
from uuid import UUID

from ticketdesk.bootstrap import Resources
from ticketdesk.repositories.base import new_id
from ticketdesk.repositories.contacts import ContactRecord


async def create_contact(resources: Resources, name: str = "Anna Berg", *addresses: str, **fields: Any) -> UUID:
    """Write a contact and return the id; without ``addresses`` they get one of their own."""
    written = addresses or (f"contact-{new_id().hex[-12:]}@brightpath.example",)
    async with resources.unit_of_work() as uow:
        contact_id = await uow.contacts.add(ContactRecord(name, written, **fields), uow.now())
    assert contact_id is not None, "an address is taken"
    return contact_id


async def create_contact_without_address(resources: Resources, name: str = "Ada Quist", **fields: Any) -> UUID:
    """Write a contact who cannot be written to, and return the id."""
    async with resources.unit_of_work() as uow:
        contact_id = await uow.contacts.add(ContactRecord(name, **fields), uow.now())
    assert contact_id is not None
    return contact_id


async def create_account(resources: Resources, name: str = "Brightpath Lending", **external_ids: str) -> UUID:
    """Write an account and return the id."""
    async with resources.unit_of_work() as uow:
        return await uow.accounts.add(name, external_ids, uow.now())
