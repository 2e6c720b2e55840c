"""Accounts, found by the words of their names and external ids."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, insert, select, update

from ticketdesk.domain.paging import Page, PageRequest
from ticketdesk.domain.search_words import words
from ticketdesk.models.catalogue import account_sign_ups
from ticketdesk.models.contacts import accounts
from ticketdesk.repositories.base import Repository, new_id
from ticketdesk.repositories.keyset import collect, one_page
from ticketdesk.repositories.search import has_prefixes
from ticketdesk.repositories.statements import Row
from ticketdesk.schemas.accounts import Account, AccountQuery, ExternalIds

_COLUMNS = (
    accounts.c.id,
    accounts.c.name,
    accounts.c.external_ids,
    accounts.c.is_active,
    select(account_sign_ups.c.signed_up_at)
    .where(account_sign_ups.c.account_id == accounts.c.id)
    .scalar_subquery()
    .label("signed_up_at"),
    accounts.c.created_at,
    accounts.c.updated_at,
    accounts.c.version,
)


class AccountsRepository(Repository):
    """Every account is visible to whoever may read contacts."""

    async def find(self, account_id: UUID) -> Account | None:
        """Return the account."""
        row = await self._one(select(*_COLUMNS).where(accounts.c.id == account_id))
        return _account(row) if row else None

    async def lock(self, account_id: UUID) -> Account | None:
        """Return the account and keep others from changing it."""
        row = await self._one(select(*_COLUMNS).where(accounts.c.id == account_id).with_for_update())
        return _account(row) if row else None

    async def search(self, query: AccountQuery, request: PageRequest) -> Page[Account]:
        """Return a page of the accounts that match."""
        statement = _narrowed(select(*_COLUMNS), query)
        rows = await self._all(one_page(statement, accounts.c.created_at, accounts.c.id, request))
        return collect(rows, request, _account)

    async def add(self, name: str, external_ids: Mapping[str, str | None], now: datetime) -> UUID:
        """Insert an account and return its id."""
        account_id = new_id()
        values = _values(name, external_ids) | {"id": account_id, "created_at": now, "updated_at": now}
        await self._execute(insert(accounts).values(values))
        return account_id

    async def save(self, account: Account, now: datetime) -> None:
        """Write back an account that this transaction has locked."""
        values = _values(account.name, account.external_ids.model_dump())
        values |= {"is_active": account.is_active, "version": account.version, "updated_at": now}
        await self._execute(update(accounts).where(accounts.c.id == account.id).values(values))


def _narrowed(statement: Select[Any], query: AccountQuery) -> Select[Any]:
    if query.q is not None:
        statement = statement.where(has_prefixes(accounts.c.search, query.q))
    if query.is_active is not None:
        statement = statement.where(accounts.c.is_active == query.is_active)
    return statement


def _values(name: str, external_ids: Mapping[str, str | None]) -> dict[str, Any]:
    return {
        "name": name,
        "external_ids": {key: value for key, value in external_ids.items() if value is not None},
        "search_words": " ".join(words(name, *external_ids.values())),
    }


def _account(row: Row) -> Account:
    return Account.model_construct(**(dict(row) | {"external_ids": ExternalIds(**row["external_ids"])}))
