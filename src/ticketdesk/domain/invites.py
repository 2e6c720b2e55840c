"""The life of an invite: bound to one address, used once, for a while (spec: product.md section 6)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class InviteState(StrEnum):
    """Where an invite is; it can be redeemed while it is ``pending`` alone."""

    PENDING = "pending"
    REDEEMED = "redeemed"
    EXPIRED = "expired"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True)
class InviteTimes:
    """What became of an invite, and when (UTC)."""

    expires_at: datetime
    redeemed_at: datetime | None = None
    revoked_at: datetime | None = None


def state(times: InviteTimes, now: datetime) -> InviteState:
    """Return where an invite is at ``now``; one that was redeemed or revoked does not expire any more."""
    if times.redeemed_at is not None:
        return InviteState.REDEEMED
    if times.revoked_at is not None:
        return InviteState.REVOKED
    return InviteState.PENDING if now < times.expires_at else InviteState.EXPIRED


def expiry(now: datetime, valid_days: int) -> datetime:
    """Return until when an invite made or renewed ``now`` can be redeemed; each renewal counts anew."""
    return now + timedelta(days=valid_days)


def is_renewable(state: InviteState) -> bool:
    """Tell whether an invite can be sent again: redeemed and revoked ones are over for good."""
    return state in {InviteState.PENDING, InviteState.EXPIRED}
