"""The same request twice is done once (spec: api.md, retry)."""

from datetime import timedelta

from ticketdesk.domain.errors import Conflict, InvalidInput
from ticketdesk.repositories.idempotency import StoredAnswer
from ticketdesk.repositories.unit_of_work import UnitOfWork

KEPT = timedelta(hours=24)


async def claim(uow: UnitOfWork, caller: str, key: str, fingerprint: bytes) -> StoredAnswer | None:
    """Take ``key`` for this request, or return the answer it already has.

    Raises ``InvalidInput`` when the key was used for another request, ``Conflict`` while that one is unanswered.
    """
    if await uow.idempotency.claim(caller, key, fingerprint, uow.now()):
        return None
    stored = await uow.idempotency.find(caller, key)
    if stored is None or stored.answer is None:
        raise Conflict("A request with this key is in progress.", code="request_in_progress")
    if stored.fingerprint != fingerprint:
        raise InvalidInput.at("Idempotency-Key", "key_reused", "This key was used for another request.")
    return stored.answer


async def remember(uow: UnitOfWork, caller: str, key: str, answer: StoredAnswer) -> None:
    """Keep the answer for whoever sends the same request again."""
    await uow.idempotency.store(caller, key, answer)


async def release(uow: UnitOfWork, caller: str, key: str) -> None:
    """Give a claimed key back: a refusal is not repeated, the request is judged anew."""
    await uow.idempotency.remove(caller, key)


async def forget_expired(uow: UnitOfWork) -> int:
    """Drop keys older than 24 hours and return how many."""
    return await uow.idempotency.forget_before(uow.now() - KEPT)
