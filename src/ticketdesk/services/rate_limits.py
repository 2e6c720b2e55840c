"""Count requests for what is limited."""

from collections.abc import Mapping

from ticketdesk.domain.errors import RateLimited
from ticketdesk.domain.ports import TokenSigner
from ticketdesk.domain.rate_limits import WINDOW, Limited, Standing, Subject, judge
from ticketdesk.repositories.unit_of_work import UnitOfWork
from ticketdesk.schemas.settings import LimitsSettings
from ticketdesk.services import settings


async def count(
    uow: UnitOfWork, signer: TokenSigner, limited: Limited, subjects: Mapping[Subject, str]
) -> list[Standing]:
    """Count one request against each of ``subjects`` and return where they stand; refuses nothing itself.

    The unit of work must be one of its own, and be committed whatever becomes of the request. A subject after one that
    has exceeded its quota is not counted, so that made-up credentials leave no more rows than their client may.
    """
    quotas = (await settings.read(uow, LimitsSettings)).value.quotas[limited]
    now, standings = uow.now(), list[Standing]()
    for subject, value in subjects.items():
        digest = signer.digest(f"rate limit\n{limited}\n{subject}\n{value}".encode())
        window = await uow.rate_limits.count(digest, now, now + WINDOW)
        standings.append(judge(limited, subject, quotas.of(subject), window.used, window.ends_at, now))
        if standings[-1].is_exceeded:
            break
    return standings


def require_within(standings: list[Standing]) -> None:
    """Raise ``RateLimited`` when one quota is exceeded."""
    for standing in standings:
        if standing.is_exceeded:
            raise RateLimited("Too many requests. Try again later.", retry_after=standing.resets_in)


async def forget_ended(uow: UnitOfWork) -> int:
    """Delete windows that are over and return how many there were."""
    return await uow.rate_limits.forget_before(uow.now())
