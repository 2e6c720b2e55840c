"""The companies, branches and sites that contacts belong to."""

from typing import Any
from uuid import UUID

from ticketdesk.domain import versions
from ticketdesk.domain.errors import InvalidInput, NotFound
from ticketdesk.domain.paging import Page, PageRequest
from ticketdesk.domain.versions import Expected
from ticketdesk.repositories.unit_of_work import UnitOfWork
from ticketdesk.schemas.accounts import Account, AccountCreate, AccountPatch, AccountQuery


async def get(uow: UnitOfWork, account_id: UUID) -> Account:
    """Return the account; raises ``NotFound``."""
    account = await uow.accounts.find(account_id)
    if account is None:
        raise NotFound("Account")
    return account


async def require(uow: UnitOfWork, account_id: UUID | None) -> None:
    """Raise ``InvalidInput`` for an ``account_id`` in a body that names no account; ``None`` passes."""
    if account_id is not None and await uow.accounts.find(account_id) is None:
        raise InvalidInput.at("/account_id", "unknown_reference", "No such account.")


async def search(uow: UnitOfWork, query: AccountQuery, request: PageRequest) -> Page[Account]:
    """Return a page of accounts."""
    return await uow.accounts.search(query, request)


async def create(uow: UnitOfWork, data: AccountCreate) -> Account:
    """Return the new account."""
    return await get(uow, await uow.accounts.add(data.name, data.external_ids.given(), uow.now()))


async def update(uow: UnitOfWork, account_id: UUID, patch: AccountPatch, expected: Expected = None) -> Account:
    """Return the account after ``patch``, whose ``external_ids`` are merged with those it has.

    Raises ``NotFound``, and ``StaleVersion`` unless ``expected`` has the version.
    """
    before = await uow.accounts.lock(account_id)
    if before is None:
        raise NotFound("Account")
    versions.require(before.version, expected)
    changed = before.model_copy(update=_merged(before, patch))
    if changed == before:
        return before
    await uow.accounts.save(changed.model_copy(update={"version": before.version + 1}), uow.now())
    return await get(uow, account_id)


def _merged(before: Account, patch: AccountPatch) -> dict[str, Any]:
    given = patch.given()
    if "external_ids" in given:
        given["external_ids"] = before.external_ids.model_copy(update=given["external_ids"].given())
    return given
