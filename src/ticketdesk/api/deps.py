"""What routes ask for: the unit of work, and the caller with the permission the route declares."""

from collections.abc import AsyncIterator
from typing import Annotated, cast

from fastapi import Depends, Request
from fastapi.dependencies.models import Dependant

from ticketdesk.api import idempotency
from ticketdesk.api.key_turns import turn
from ticketdesk.bootstrap import Resources
from ticketdesk.domain.actors import Actor
from ticketdesk.domain.addresses import normalise
from ticketdesk.domain.errors import NotAuthenticated
from ticketdesk.domain.permissions import Permission
from ticketdesk.repositories.unit_of_work import UnitOfWork
from ticketdesk.services import authentication


def resources_of(request: Request) -> Resources:
    """Return what the process opened at its start."""
    return cast("Resources", request.app.state.resources)


ResourcesDep = Annotated[Resources, Depends(resources_of)]


async def open_unit_of_work(request: Request, resources: ResourcesDep) -> AsyncIterator[UnitOfWork]:
    """Open the request's transaction; it is committed before the answer leaves."""
    async with resources.unit_of_work() as uow:
        request.state.uow = uow
        yield uow


# "function": with the default scope the commit would come after the answer, and a failed one would still say 200.
Uow = Annotated[UnitOfWork, Depends(open_unit_of_work, scope="function")]


async def await_turn(request: Request) -> AsyncIterator[None]:
    """Let those requests pass that came before with the same key; to be asked for before a unit of work is."""
    key = idempotency.key_of(request)
    if key is None:
        yield
        return
    async with turn(request.headers.get("authorization", ""), key):
        yield


Turn = Annotated[None, Depends(await_turn, scope="function")]


def bearer_credential(request: Request) -> str:
    """Return the bearer credential (RFC 6750 section 2.1); raises ``NotAuthenticated`` without one."""
    scheme, _, credential = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not credential.strip():
        raise NotAuthenticated("This needs a bearer token.")
    return credential.strip()


class Permitted:
    """The dependency that authenticates the caller and requires a permission; every route declares one.

    ``also`` is for what the answer shows: an API key may have the scope to write and not the one to read.
    """

    # A stranger learns nothing of what else is wrong with the request.
    comes_first = True

    def __init__(self, permission: Permission, also: Permission | None = None) -> None:
        self.permission = permission
        self.also = also

    async def __call__(self, request: Request, resources: ResourcesDep, _turn: Turn, uow: Uow) -> Actor:
        """Return the caller as the database knows them now."""
        actor = await self.identify(request, resources, uow)
        if idempotency.key_of(request) is not None:
            await idempotency.begin(request, uow, caller=f"{actor.kind}:{actor.id}")
        return actor

    async def identify(self, request: Request, resources: Resources, uow: UnitOfWork) -> Actor:
        """Return the caller, who has the permissions; raises ``NotAuthenticated`` and as ``Actor.require`` does."""
        actor = await authentication.authenticate(uow, resources.signer, bearer_credential(request))
        request.state.actor_kind = actor.kind.value
        actor.require(self.permission)
        if self.also:
            actor.require(self.also)
        return actor.as_recipient() if self.permission is Permission.PORTAL else actor


class Public:
    """The mark of a route that needs no bearer credential; says why in ``reason``.

    ``credential`` is the parameter of the path, or the field of the body, that says who asks instead.
    """

    def __init__(self, reason: str, *, credential: str | None = None) -> None:
        self.reason = reason
        self.credential = credential

    async def __call__(self) -> None:
        """Let everybody pass."""


def permitted(permission: Permission, *, also: Permission | None = None) -> Permitted:
    """Return the dependency for ``Annotated[Actor, Depends(permitted(...))]``."""
    return Permitted(permission, also)


async def presented_credential(request: Request) -> str | None:
    """Return what says who asks, before anybody has checked it; ``None`` where nothing does."""
    access = declared_access(request.scope["route"].dependant)
    if not isinstance(access, Public):
        return request.headers.get("authorization", "").partition(" ")[2].strip() or None
    if access.credential in request.path_params:
        return str(request.path_params[access.credential])
    body = await request.json() if access.credential and await request.body() else None
    credential = body.get(access.credential) if isinstance(body, dict) else None
    # Another spelling of an address is the same address, and a token in its normal form is still one of a kind.
    return normalise(credential) if isinstance(credential, str) else None


async def claim_key(request: Request, resources: ResourcesDep, uow: Uow) -> None:
    """Claim the ``Idempotency-Key`` of a request to a ``Public`` route, whose answer holds tokens.

    Keys are told apart by the credential in the body, so that strangers cannot get in each other's way.
    """
    credential = await presented_credential(request) or ""
    caller = resources.signer.digest(f"caller\n{credential}".encode()).hex()
    await idempotency.begin(request, uow, f"public:{caller}", is_secret=True)


def declared_access(dependant: Dependant) -> Permitted | Public | None:
    """Find what a route declares: its permission, or that it is public."""
    if isinstance(dependant.call, Permitted | Public):
        return dependant.call
    return next((found for sub in dependant.dependencies if (found := declared_access(sub))), None)
