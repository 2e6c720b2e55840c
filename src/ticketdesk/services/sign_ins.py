"""Signing in with address and password: the same answer, after the same time, whoever does not exist.

It takes three steps, because hashing takes tens of milliseconds in which no transaction should be open: ``begin`` in
a first unit of work, ``check`` outside of any, ``settle`` in a second one. ``settle`` returns a refusal instead of
raising it, since a failure has to be counted, and so to be committed.
"""

import math
from dataclasses import dataclass
from datetime import datetime

from ticketdesk.domain import addresses, passwords
from ticketdesk.domain.credentials import fingerprint
from ticketdesk.domain.errors import DomainError, NotAuthenticated, TooManyAttempts
from ticketdesk.domain.ports import PasswordHasher, TokenSigner
from ticketdesk.domain.sign_ins import FAILURE_MEMORY, count_failure
from ticketdesk.repositories.sign_ins import Failures, KnownPassword
from ticketdesk.repositories.unit_of_work import UnitOfWork
from ticketdesk.schemas.sessions import Session, SessionCreate
from ticketdesk.services import sessions


@dataclass(frozen=True, slots=True)
class Attempt:
    """A sign-in under way; ``known`` is ``None`` when nobody active has the address."""

    address_hash: bytes
    known: KnownPassword | None


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the password was right; ``new_hash`` replaces one of outdated strength."""

    is_right: bool
    new_hash: str | None = None


async def begin(uow: UnitOfWork, data: SessionCreate) -> Attempt:
    """Look the address up; raises ``TooManyAttempts`` while it is locked. Writes nothing."""
    email = addresses.normalise(data.email)
    address_hash = fingerprint(email)
    locked = _refuse_locked(await uow.sign_ins.find_failures(address_hash), uow.now())
    if locked is not None:
        raise locked
    return Attempt(address_hash, await uow.sign_ins.find_password(email))


async def check(hasher: PasswordHasher, attempt: Attempt, password: str) -> Verdict:
    """Compare the password with the hash; takes the same time when there is none."""
    known = attempt.known
    if not await hasher.verify(known.password_hash if known else None, password) or known is None:
        return Verdict(is_right=False)
    is_outdated = hasher.is_outdated(known.password_hash)
    return Verdict(is_right=True, new_hash=await hasher.hash(password) if is_outdated else None)


async def settle(uow: UnitOfWork, signer: TokenSigner, attempt: Attempt, verdict: Verdict) -> Session | DomainError:
    """Start a session, or count the failure and return the refusal.

    Of many attempts at once, those that come here after the address was locked learn nothing, right or wrong.
    """
    now = uow.now()
    failures = await uow.sign_ins.lock_failures(attempt.address_hash, now)
    locked = _refuse_locked(failures, now)
    if not verdict.is_right:
        count = count_failure(failures.count, failures.last_at, now)
        await uow.sign_ins.set_failures(attempt.address_hash, count, now)
    if locked is not None:
        return locked
    known = attempt.known
    if not verdict.is_right or known is None or not await uow.sign_ins.lock_user(known):
        return NotAuthenticated("E-mail address or password is wrong.")
    await uow.sign_ins.clear_failures(attempt.address_hash)
    if verdict.new_hash is not None:
        await uow.sign_ins.replace_hash(known.user_id, verdict.new_hash)
    return await sessions.start(uow, signer, known.user_id)


async def forget_failures(uow: UnitOfWork) -> int:
    """Drop failures that no longer count and return at how many addresses they were."""
    return await uow.sign_ins.forget_before(uow.now() - FAILURE_MEMORY)


def _refuse_locked(failures: Failures | None, now: datetime) -> TooManyAttempts | None:
    until = passwords.locked_until(failures.count, failures.last_at) if failures else None
    if until is None or until <= now:
        return None
    seconds = math.ceil((until - now).total_seconds())
    return TooManyAttempts("Too many failed attempts. Try again later.", retry_after=seconds)
