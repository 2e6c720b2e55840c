"""Contacts written by the thousand: few statements, whatever the number of rows."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Text, Uuid, any_, bindparam, delete, func, insert, literal, select, text, union, update

from ticketdesk.domain.addresses import normalise
from ticketdesk.domain.contact_imports import ImportOutcome, KnownPerson, Planned, account_key
from ticketdesk.domain.search_words import words
from ticketdesk.models.contacts import accounts, contact_addresses, contacts
from ticketdesk.repositories.base import Repository, new_id
from ticketdesk.repositories.contacts import ContactRecord, address_rows, contact_values
from ticketdesk.repositories.uniqueness import unless_taken

# Imports run one after the other; any constant of ours serves.
ADVISORY_LOCK = 0x74636F6E


@dataclass(frozen=True, slots=True)
class AccountDirectory:
    """The accounts by the key of their names, and the keys that several share."""

    ids: dict[str, UUID]
    ambiguous: frozenset[str]


class ContactImportsRepository(Repository):
    """Reads everything that a file can touch, and writes back what was planned: all of it or nothing."""

    async def lock(self) -> None:
        """Wait for an import that is under way, and keep the next one waiting."""
        await self._execute(text("SELECT pg_advisory_xact_lock(:key)").bindparams(key=ADVISORY_LOCK))

    async def people(self, external_ids: Collection[str], addresses: Collection[str]) -> list[KnownPerson]:
        """Return everybody who has one of these external ids or addresses, locked against changes by others."""
        keys = [normalise(address) for address in addresses]
        matched = union(
            select(contacts.c.id).where(contacts.c.external_id == any_(literal(list(external_ids), ARRAY(Text)))),
            select(contact_addresses.c.contact_id).where(
                contact_addresses.c.address_key == any_(literal(keys, ARRAY(Text)))
            ),
        )
        # Locked first and read after: what others were still writing is seen then. Always in the same order.
        locked = select(contacts.c.id).where(contacts.c.id.in_(matched)).order_by(contacts.c.id).with_for_update()
        ids = [row["id"] for row in await self._all(locked)]
        return await self._read(ids)

    async def _read(self, ids: Sequence[UUID]) -> list[KnownPerson]:
        columns = contact_addresses.c
        theirs = select(columns.address).where(columns.contact_id == contacts.c.id).order_by(columns.position)
        statement = (
            select(
                contacts.c.id,
                contacts.c.name,
                func.array(theirs.scalar_subquery()).label("addresses"),
                contacts.c.account_id,
                accounts.c.name.label("account"),
                contacts.c.job_title,
                contacts.c.phone,
                contacts.c.external_id,
            )
            .select_from(contacts.outerjoin(accounts, accounts.c.id == contacts.c.account_id))
            .where(contacts.c.id == any_(literal(list(ids), ARRAY(Uuid))))
        )
        rows = await self._all(statement)
        return [KnownPerson(**(dict(row) | {"addresses": tuple(row["addresses"])})) for row in rows]

    async def accounts(self) -> AccountDirectory:
        """Return all accounts by their names."""
        rows = await self._all(select(accounts.c.id, accounts.c.name).order_by(accounts.c.created_at, accounts.c.id))
        keys = [account_key(row["name"]) for row in rows]
        ids = dict(zip(keys, (row["id"] for row in rows), strict=True))
        shared = frozenset(key for key, count in Counter(keys).items() if count > 1)
        return AccountDirectory(ids, shared)

    async def write(
        self, planned: Iterable[Planned], known: AccountDirectory, now: datetime
    ) -> Mapping[int, UUID] | None:
        """Write every planned row that has a person and changes something; returns row → contact.

        ``None``, and nothing written, when an address or an external id has become somebody else's meanwhile.
        """
        changed = [row for row in planned if row.outcome in {ImportOutcome.CREATED, ImportOutcome.UPDATED}]
        people = {row.number: row.person for row in changed if row.person is not None}
        ids = {number: person.id or new_id() for number, person in people.items()}
        new_accounts = _new_accounts(people.values(), known)
        account_ids = known.ids | {account_key(name): account_id for account_id, name in new_accounts.items()}
        rows = [(ids[number], person, _record(person, account_ids)) for number, person in people.items()]
        writes = [
            (insert(accounts), [_account_values(one, name, now) for one, name in new_accounts.items()]),
            (insert(contacts), [_created(one, record, now) for one, person, record in rows if person.id is None]),
            (_UPDATE, [_updated(one, record, now) for one, person, record in rows if person.id is not None]),
            (_FORGET_ADDRESSES, [{"of": one} for one, person, _ in rows if person.id is not None]),
            (insert(contact_addresses), [row for one, _, r in rows for row in address_rows(one, r.addresses, now)]),
        ]
        is_written = await unless_taken(self._connection, [write for write in writes if write[1]])
        return ids if is_written else None


_UPDATE = (
    update(contacts)
    .where(contacts.c.id == bindparam("of"))
    .values(
        name=bindparam("new_name"),
        job_title=bindparam("new_job_title"),
        phone=bindparam("new_phone"),
        external_id=bindparam("new_external_id"),
        account_id=bindparam("new_account_id"),
        search_words=bindparam("new_search_words"),
        updated_at=bindparam("new_updated_at"),
        version=contacts.c.version + 1,
    )
)
_FORGET_ADDRESSES = delete(contact_addresses).where(contact_addresses.c.contact_id == bindparam("of"))


def _new_accounts(people: Iterable[KnownPerson], known: AccountDirectory) -> dict[UUID, str]:
    # Of several spellings the first one is kept.
    names = {account_key(person.account): person.account for person in reversed(list(people)) if person.account}
    return {new_id(): name for key, name in names.items() if key not in known.ids}


def _record(person: KnownPerson, account_ids: Mapping[str, UUID]) -> ContactRecord:
    account_id = person.account_id or (account_ids[account_key(person.account)] if person.account else None)
    return ContactRecord(person.name, person.addresses, person.job_title, person.phone, person.external_id, account_id)


def _account_values(account_id: UUID, name: str, now: datetime) -> dict[str, Any]:
    return {"id": account_id, "name": name, "search_words": " ".join(words(name)), "created_at": now, "updated_at": now}


def _created(contact_id: UUID, record: ContactRecord, now: datetime) -> dict[str, Any]:
    return contact_values(record) | {"id": contact_id, "created_at": now, "updated_at": now}


def _updated(contact_id: UUID, record: ContactRecord, now: datetime) -> dict[str, Any]:
    # Whether somebody is active is no matter of a file.
    values = {name: value for name, value in contact_values(record).items() if name != "is_active"}
    return {f"new_{name}": value for name, value in (values | {"updated_at": now}).items()} | {"of": contact_id}
