"""Choosing a new password by mail (spec: product.md section 6; OWASP, Forgot Password Cheat Sheet).

Asking writes the same event for every address, and who has it is looked up afterwards: neither the answer nor its time
tells whether somebody does. Using the link takes three steps, as signing in does, since hashing takes a while in which
no transaction should be open: ``begin`` in a first unit of work, the hash outside of any, ``settle`` in a second one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from ticketdesk.domain import addresses, passwords
from ticketdesk.domain.credentials import fingerprint
from ticketdesk.domain.errors import Gone
from ticketdesk.domain.events import PasswordResetRequested
from ticketdesk.domain.messages import Purpose
from ticketdesk.domain.password_resets import RESET_LIFETIME, expiry
from ticketdesk.domain.ports import PasswordHasher, TokenPurpose, TokenSigner
from ticketdesk.repositories.messages import Addressee
from ticketdesk.repositories.password_resets import ResetRecord
from ticketdesk.repositories.unit_of_work import UnitOfWork
from ticketdesk.schemas.password_resets import PasswordResetAnswer, PasswordResetCreate, PasswordResetRedemption
from ticketdesk.services import settings

ANSWER = PasswordResetAnswer(detail="If somebody signs in with this address, a mail with a link is on its way.")


@dataclass(frozen=True, slots=True)
class Attempt:
    """A new password on its way; ``reset`` is ``None`` when the link is of none that stands."""

    reset_id: UUID
    user_id: UUID
    reset: ResetRecord | None


async def ask(uow: UnitOfWork, data: PasswordResetCreate) -> PasswordResetAnswer:
    """Let a mail be sent to the address if a user who may sign in has it; answers the same for all others."""
    await uow.emit(PasswordResetRequested(addresses.normalise(data.email)))
    return ANSWER


async def on_password_reset_requested(uow: UnitOfWork, payload: Mapping[str, Any]) -> None:
    """Make a reset and queue its mail; every older one of the user's is dead then."""
    user = await uow.password_resets.user(payload["email"])
    if user is None or await uow.users.lock(user.id) is None:
        return
    reset_id = await uow.password_resets.add(user.id, uow.now(), expiry(uow.now()))
    await uow.messages.add(
        Purpose.PASSWORD_RESET,
        Addressee(user.name, user.email, addresses.normalise(user.email), user_id=user.id),
        [],
        uow.now(),
        sender_name=(await settings.get_mail(uow)).sender_name,
        facts={"reset_id": str(reset_id)},
    )


async def begin(uow: UnitOfWork, signer: TokenSigner, data: PasswordResetRedemption) -> Attempt:
    """Look the reset up and judge the password; writes nothing.

    Raises ``NotAuthenticated`` for a token that is none of ours, ``InvalidInput`` for a password that is no good.
    """
    claims = signer.verify(data.token, {TokenPurpose.RESET}, uow.now())
    reset = await _standing(uow, claims.token_id, claims.subject)
    if reset is not None:
        passwords.require_acceptable(data.password, reset.email)
    return Attempt(claims.token_id, claims.subject, reset)


async def hash_password(hasher: PasswordHasher, attempt: Attempt, password: str) -> str | None:
    """Return the hash, ``None`` where there is nobody to give it to."""
    return await hasher.hash(password) if attempt.reset is not None else None


async def settle(uow: UnitOfWork, attempt: Attempt, password_hash: str | None) -> None:
    """Replace the password, end all sessions of the user, and forget what failed at their address.

    Of many at once, one succeeds. Raises ``Gone`` for a reset that was used, has expired or was followed by
    another, and for a user who may no longer sign in.
    """
    await uow.users.lock(attempt.user_id)
    reset = await _standing(uow, attempt.reset_id, attempt.user_id)
    if reset is None or password_hash is None:
        raise Gone("This link was used, has expired, or was followed by a newer one. Ask for another.")
    await uow.password_resets.use(reset, password_hash, uow.now())
    await uow.sessions.revoke_of_user(reset.user_id, "password_reset", uow.now())
    await uow.sign_ins.clear_failures(fingerprint(reset.email))


async def forget_ended(uow: UnitOfWork) -> int:
    """Delete resets whose time was over as long ago as it lasted, and return how many."""
    return await uow.password_resets.forget_before(uow.now() - RESET_LIFETIME)


async def _standing(uow: UnitOfWork, reset_id: UUID, user_id: UUID) -> ResetRecord | None:
    found = await uow.password_resets.standing([reset_id], uow.now())
    return found[0] if found and found[0].user_id == user_id else None
