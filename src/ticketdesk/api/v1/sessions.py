"""Sign in, stay in, sign out; and come in through a link from a mail.

What signing in and refreshing refuse has to be committed, so they return the refusal and do not raise it. No
transaction waits for a password to be hashed.
"""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response

from ticketdesk.api.deps import Public, ResourcesDep, Uow, claim_key, permitted
from ticketdesk.api.errors import refused
from ticketdesk.api.idempotency import IdempotentRoute
from ticketdesk.api.pagination import Paging, render_page
from ticketdesk.api.rate_limits import limited
from ticketdesk.domain.actors import Actor
from ticketdesk.domain.errors import DomainError
from ticketdesk.domain.permissions import Permission
from ticketdesk.domain.rate_limits import Limited
from ticketdesk.schemas.sessions import (
    LinkExchange,
    OwnSessionPage,
    PortalSession,
    Session,
    SessionCreate,
    SessionRefresh,
)
from ticketdesk.services import portal_sessions, sessions, sign_ins
from ticketdesk.services.sign_ins import Attempt, Verdict

router = APIRouter(prefix="/auth", tags=["auth"], route_class=IdempotentRoute)

# No cache may keep what holds a credential (RFC 6749 section 5.1).
NO_STORE = {"Cache-Control": "no-store"}
KEYED = Depends(claim_key)
SignedIn = Annotated[Actor, Depends(permitted(Permission.PROFILE_READ))]


async def attempted(data: SessionCreate, resources: ResourcesDep) -> tuple[Attempt, Verdict]:
    """Try the password, before the transaction that settles what follows from it is opened."""
    async with resources.unit_of_work() as uow:
        attempt = await sign_ins.begin(uow, data)
    return attempt, await sign_ins.check(resources.hasher, attempt, data.password)


Attempted = Annotated[tuple[Attempt, Verdict], Depends(attempted)]


@router.post(
    "/sessions",
    status_code=201,
    dependencies=[
        Depends(limited(Limited.SIGN_IN)),
        Depends(Public("a session is what a credential is got from", credential="email")),
    ],
    summary="Sign in with e-mail address and password",
)
async def create_session(
    tried: Attempted, uow: Uow, resources: ResourcesDep, request: Request, response: Response
) -> Session:
    """Return a session's tokens. After repeated failures the address is locked for a while: 429 with `Retry-After`."""
    outcome = await sign_ins.settle(uow, resources.signer, *tried)
    if not isinstance(outcome, DomainError):
        # Only now, so that knowing somebody's key helps nobody to guess the password; a replay undoes the new session.
        await claim_key(request, resources, uow)
    response.headers["Location"] = "/api/v1/auth/sessions/current"
    return await _granted(outcome, request, response)


@router.post(
    "/sessions/refresh",
    dependencies=[
        Depends(limited(Limited.SESSION_REFRESH)),
        Depends(Public("the refresh token is the credential", credential="refresh_token")),
        KEYED,
    ],
    summary="Exchange a refresh token for the next tokens",
)
async def refresh_session(
    data: SessionRefresh, resources: ResourcesDep, uow: Uow, request: Request, response: Response
) -> Session:
    """Return the session's next tokens. A refresh token works once; presented again, it ends the session.

    An `Idempotency-Key` makes it safe to send the same request again when its answer was lost.
    """
    return await _granted(await sessions.refresh(uow, resources.signer, data), request, response)


@router.delete("/sessions/current", status_code=204, summary="Sign out")
async def delete_current_session(uow: Uow, actor: SignedIn) -> None:
    """End the session that this request came by, and all its tokens."""
    await sessions.end(uow, actor)


@router.get("/sessions", summary="List where I am signed in")
async def list_sessions(
    uow: Uow, actor: SignedIn, paging: Paging, request: Request, response: Response
) -> OwnSessionPage:
    """Return the caller's sessions that are in force, those begun by a link from a mail included."""
    return render_page(OwnSessionPage, await sessions.search(uow, actor, paging), request, response)


@router.delete("/sessions/{session_id}", status_code=204, summary="End one of my sessions")
async def delete_session(session_id: UUID, uow: Uow, actor: SignedIn) -> None:
    """End a session at once, with all its tokens: 404 for one that is not the caller's or is over."""
    await sessions.end_own(uow, actor, session_id)


@router.post(
    "/links/exchange",
    dependencies=[
        Depends(limited(Limited.LINK_EXCHANGE)),
        Depends(Public("the link is the credential", credential="token")),
        KEYED,
    ],
    summary="Exchange a link from a mail for a portal session",
)
async def exchange_link(data: LinkExchange, resources: ResourcesDep, uow: Uow, response: Response) -> PortalSession:
    """Return a session of 60 minutes for the person the link was made for. A link may be followed again."""
    response.headers.update(NO_STORE)
    return await portal_sessions.exchange(uow, resources.signer, data)


async def _granted(outcome: Session | DomainError, request: Request, response: Response) -> Session:
    if isinstance(outcome, DomainError):
        return await refused(request, outcome)  # type: ignore[return-value]  # a Response passes through
    response.headers.update(NO_STORE)
    return outcome
