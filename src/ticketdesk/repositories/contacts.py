"""Contacts with their addresses: an address belongs to one contact only, and always resolves to a person."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, bindparam, delete, func, insert, not_, select, true, update

from ticketdesk.domain.actors import Actor, Side
from ticketdesk.domain.addresses import normalise
from ticketdesk.domain.paging import Page, PageRequest
from ticketdesk.domain.search_words import words
from ticketdesk.models.contacts import accounts, contact_addresses, contacts
from ticketdesk.repositories.base import Repository, new_id
from ticketdesk.repositories.id_arrays import one_of_found
from ticketdesk.repositories.keyset import collect, one_page
from ticketdesk.repositories.namesakes import FEW_NAMESAKES, NamesakeRepository
from ticketdesk.repositories.search import has_prefixes
from ticketdesk.repositories.statements import Row, Statement
from ticketdesk.repositories.uniqueness import Write, unless_taken
from ticketdesk.schemas.contacts import Contact, ContactAccount, ContactQuery


@dataclass(frozen=True, slots=True)
class ContactRecord:
    """What can be written of a contact; ``addresses`` in their order, the first is the primary one."""

    name: str
    addresses: Sequence[str] = ()
    job_title: str | None = None
    phone: str | None = None
    external_id: str | None = None
    account_id: UUID | None = None
    is_active: bool = True


_ADDRESSES = (
    select(contact_addresses.c.address)
    .where(contact_addresses.c.contact_id == contacts.c.id)
    .order_by(contact_addresses.c.position)
    .scalar_subquery()
)
_CONTACTS = select(
    contacts.c.id,
    contacts.c.name,
    func.array(_ADDRESSES).label("addresses"),
    contacts.c.job_title,
    contacts.c.phone,
    contacts.c.external_id,
    contacts.c.account_id,
    accounts.c.name.label("account_name"),
    contacts.c.is_active,
    contacts.c.created_at,
    contacts.c.updated_at,
    contacts.c.version,
).select_from(contacts.outerjoin(accounts, accounts.c.id == contacts.c.account_id))


_OWNER = select(contact_addresses.c.contact_id).where(contact_addresses.c.address_key == bindparam("address_key"))
_BY_ADDRESS = Statement(_CONTACTS.where(contacts.c.id == _OWNER.scalar_subquery()))


_BY_ID = Statement(_CONTACTS.where(contacts.c.id == bindparam("contact_id")))


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """Return the condition under which a row of ``contacts`` exists for ``actor``: recipients know of themselves."""
    return true() if _knows_all(actor) else contacts.c.id == actor.contact_id


def _knows_all(actor: Actor) -> bool:
    return actor.side is not Side.RECIPIENT


class ContactsRepository(Repository):
    """Writes that meet an address or an external id of somebody else leave no trace and say so."""

    async def find(self, contact_id: UUID, actor: Actor) -> Contact | None:
        """Return the contact if ``actor`` may know of them."""
        if not (_knows_all(actor) or contact_id == actor.contact_id):
            return None
        row = await self._one(_BY_ID, contact_id=contact_id)
        return _contact(row) if row else None

    async def lock(self, contact_id: UUID, actor: Actor) -> Contact | None:
        """Return the contact as they are once no other transaction is changing them, and keep others out."""
        # Two statements: in one, the addresses would be those from before the wait.
        await self._execute(select(contacts.c.id).where(contacts.c.id == contact_id).with_for_update())
        return await self.find(contact_id, actor)

    async def find_by_address(self, address: str) -> Contact | None:
        """Return the person whom an address belongs to, however it is spelt."""
        row = await self._one(_BY_ADDRESS, address_key=normalise(address))
        return _contact(row) if row else None

    async def find_by_external_id(self, external_id: str) -> Contact | None:
        """Return the person whom another system calls so."""
        row = await self._one(_CONTACTS.where(contacts.c.external_id == external_id))
        return _contact(row) if row else None

    async def search(self, query: ContactQuery, request: PageRequest, actor: Actor) -> Page[Contact]:
        """Return a page of the contacts that match."""
        statement = _narrowed(_CONTACTS.where(visible_to(actor)), query)
        if query.q is not None:
            statement = statement.where(await self._are_called(query.q))
        rows = await self._all(one_page(statement, contacts.c.created_at, contacts.c.id, request))
        return collect(rows, request, _contact)

    async def _are_called(self, name: str) -> ColumnElement[bool]:
        """Return the condition for a name: looked up at once where few have it, else asked of each in the list."""
        are_called = has_prefixes(contacts.c.search, name)
        if not await NamesakeRepository(self._connection).are_at_most(FEW_NAMESAKES, are_called):
            return are_called
        namesakes = contacts.alias("namesakes")
        return one_of_found(contacts.c.id, select(namesakes.c.id).where(has_prefixes(namesakes.c.search, name)))

    async def owners(self, addresses: Iterable[str]) -> Mapping[str, UUID]:
        """Return normalised address → contact for those of ``addresses`` that belong to somebody."""
        keys = [normalise(address) for address in addresses]
        columns = contact_addresses.c
        rows = await self._all(select(columns.address_key, columns.contact_id).where(columns.address_key.in_(keys)))
        return {row["address_key"]: row["contact_id"] for row in rows}

    async def add(self, record: ContactRecord, now: datetime) -> UUID | None:
        """Insert a contact and return the id, ``None`` when an address or the external id is somebody else's."""
        contact_id = new_id()
        values = contact_values(record) | {"id": contact_id, "created_at": now, "updated_at": now}
        writes = [(insert(contacts).values(values), None), *_addresses(contact_id, record.addresses, now)]
        return contact_id if await unless_taken(self._connection, writes) else None

    async def save(self, contact_id: UUID, record: ContactRecord, now: datetime) -> bool:
        """Write a contact that this transaction has locked; false when something of it is somebody else's."""
        values = contact_values(record) | {"updated_at": now, "version": contacts.c.version + 1}
        return await unless_taken(
            self._connection,
            [
                (update(contacts).where(contacts.c.id == contact_id).values(values), None),
                (delete(contact_addresses).where(contact_addresses.c.contact_id == contact_id), None),
                *_addresses(contact_id, record.addresses, now),
            ],
        )


def contact_values(record: ContactRecord) -> dict[str, Any]:
    """Return the columns of ``contacts`` that hold ``record``."""
    return {
        "name": record.name,
        "job_title": record.job_title,
        "phone": record.phone,
        "external_id": record.external_id,
        "account_id": record.account_id,
        "is_active": record.is_active,
        "search_words": " ".join(words(record.name, *record.addresses)),
    }


def address_rows(contact_id: UUID, addresses: Sequence[str], now: datetime) -> list[dict[str, Any]]:
    """Return the rows of ``contact_addresses`` that hold ``addresses`` in their order."""
    return [
        {
            "id": new_id(),
            "contact_id": contact_id,
            "address": address,
            "address_key": normalise(address),
            "position": position,
            "created_at": now,
        }
        for position, address in enumerate(addresses)
    ]


def _addresses(contact_id: UUID, addresses: Sequence[str], now: datetime) -> list[Write]:
    rows = address_rows(contact_id, addresses, now)
    return [(insert(contact_addresses), rows)] if rows else []


def _narrowed(statement: Select[Any], query: ContactQuery) -> Select[Any]:
    if query.account_id:
        statement = statement.where(contacts.c.account_id.in_(query.account_id))
    if query.is_active is not None:
        # No value: the index of the inactive ones is used where the statement itself says that they are wanted.
        statement = statement.where(contacts.c.is_active if query.is_active else not_(contacts.c.is_active))
    return statement


def _contact(row: Row) -> Contact:
    fields = dict(row)
    account_id, account_name = fields.pop("account_id"), fields.pop("account_name")
    fields["account"] = ContactAccount.model_construct(id=account_id, name=account_name) if account_id else None
    fields["email"] = fields["addresses"][0] if fields["addresses"] else None
    return Contact.model_construct(**fields)
