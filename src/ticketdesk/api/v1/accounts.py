"""Accounts, as far as contacts belong to them."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response, status

from ticketdesk.api.deps import Uow, permitted
from ticketdesk.api.etags import IfMatch, tag_shown
from ticketdesk.api.idempotency import IdempotentRoute
from ticketdesk.api.pagination import Paging, render_page
from ticketdesk.domain.permissions import Permission
from ticketdesk.schemas.accounts import Account, AccountCreate, AccountPage, AccountPatch, AccountQuery
from ticketdesk.services import accounts

router = APIRouter(prefix="/accounts", tags=["accounts"], route_class=IdempotentRoute)

CAN_READ = [Depends(permitted(Permission.CONTACTS_READ))]
CAN_WRITE = [Depends(permitted(Permission.CONTACTS_WRITE))]


@router.get("", dependencies=CAN_READ, summary="List accounts")
async def list_accounts(
    query: Annotated[AccountQuery, Query()], uow: Uow, paging: Paging, request: Request, response: Response
) -> AccountPage:
    """List accounts, oldest first."""
    return render_page(AccountPage, await accounts.search(uow, query, paging), request, response)


@router.post("", dependencies=CAN_WRITE, status_code=status.HTTP_201_CREATED, summary="Create an account")
async def create_account(data: AccountCreate, uow: Uow, response: Response) -> Account:
    """Create an account."""
    account = await accounts.create(uow, data)
    response.headers["Location"] = f"/api/v1/accounts/{account.id}"
    tag_shown(response, account.version, account)
    return account


@router.get("/{account_id}", dependencies=CAN_READ, summary="Read an account")
async def get_account(account_id: UUID, uow: Uow, response: Response) -> Account:
    """Return one account."""
    account = await accounts.get(uow, account_id)
    tag_shown(response, account.version, account)
    return account


@router.patch("/{account_id}", dependencies=CAN_WRITE, summary="Change an account")
async def update_account(
    account_id: UUID, patch: AccountPatch, uow: Uow, if_match: IfMatch, response: Response
) -> Account:
    """Change an account; external ids that are left out stay."""
    account = await accounts.update(uow, account_id, patch, if_match)
    tag_shown(response, account.version, account)
    return account
