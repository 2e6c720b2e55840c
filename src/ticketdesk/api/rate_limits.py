"""``limited(...)``: the one line with which a route declares how often it may be asked for.

Each request is counted before its transaction opens and in one of its own, so that a refusal, which rolls the request's
back, takes nothing from the count; how and what for is decided in ``domain/rate_limits.py``. What cannot be read as a
request (400, 413, 415) is not counted.

Every answer to a counted request says where its subjects stand in the fields ``RateLimit-Policy`` and ``RateLimit``
(draft-ietf-httpapi-ratelimit-headers-11, structured fields after RFC 9651); a 429 also has ``Retry-After``.
"""

from collections.abc import Sequence

from fastapi import Request
from fastapi.dependencies.models import Dependant

from ticketdesk.api.deps import ResourcesDep, presented_credential
from ticketdesk.domain.rate_limits import WINDOW, Limited, Standing, Subject, client_of
from ticketdesk.services import rate_limits

POLICY_FIELD = "RateLimit-Policy"
STATE_FIELD = "RateLimit"


class RateLimit:
    """The dependency that counts a request against its client and, where it has one, against its credential."""

    # Before whoever says who calls: that opens the request's transaction, and with a second connection for the count
    # as many requests as there are connections would wait for each other.
    comes_first = True

    def __init__(self, limited: Limited) -> None:
        self.limited = limited

    async def __call__(self, request: Request, resources: ResourcesDep) -> None:
        """Count the request, once; raises ``RateLimited`` for one that is too many."""
        # An upload is counted before its body is taken, and comes by here again.
        if getattr(request.state, "is_counted", False):
            return
        request.state.is_counted = True
        subjects = {Subject.CLIENT: client_of(request.client.host if request.client else None)}
        credential = await presented_credential(request)
        if credential is not None:
            subjects[Subject.CREDENTIAL] = credential
        async with resources.unit_of_work() as uow:
            standings = await rate_limits.count(uow, resources.signer, self.limited, subjects)
        request.state.added_headers = fields(standings)
        rate_limits.require_within(standings)


def limited(what: Limited) -> RateLimit:
    """Return the dependency for ``Depends(limited(...))``; it must be the route's first."""
    return RateLimit(what)


def declared_limit(dependant: Dependant) -> RateLimit | None:
    """Find the limit that a route declares."""
    found = (sub.call for sub in dependant.dependencies if isinstance(sub.call, RateLimit))
    return next(found, None)


def fields(standings: Sequence[Standing]) -> dict[str, str]:
    """Return the two fields for ``standings``; ``q`` and ``r`` are requests, ``w`` and ``t`` are seconds."""
    window = int(WINDOW.total_seconds())
    return {
        POLICY_FIELD: ", ".join(f'"{one.policy}";q={one.quota};w={window}' for one in standings),
        STATE_FIELD: ", ".join(f'"{one.policy}";r={one.remaining};t={one.resets_in}' for one in standings),
    }
