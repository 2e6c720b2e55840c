"""What a password must be, and how guessing is slowed down (NIST SP 800-63B sections 5.1.1.2 and 5.2.2).

No rules of composition and no expiry: both make people choose worse. Length is what counts.
"""

from datetime import datetime, timedelta

from ticketdesk.domain.addresses import is_same
from ticketdesk.domain.errors import InvalidInput

SHORTEST = 12
# Long enough for any passphrase, short enough that hashing one costs no more than hashing another.
LONGEST = 128

FREE_FAILURES = 5
_FIRST_LOCK = timedelta(minutes=1)
_LONGEST_LOCK = timedelta(minutes=15)


def require_acceptable(password: str, email: str, pointer: str = "/password") -> None:
    """Raise ``InvalidInput`` at ``pointer`` for a password too short, too long, or the person's own address.

    Characters are counted as Unicode code points, 12 to 128. Codes: ``password_too_short``, ``password_too_long``,
    ``password_is_email``.
    """
    if len(password) < SHORTEST:
        raise InvalidInput.at(pointer, "password_too_short", f"A password has at least {SHORTEST} characters.")
    if len(password) > LONGEST:
        raise InvalidInput.at(pointer, "password_too_long", f"A password has at most {LONGEST} characters.")
    if is_same(password, email):
        raise InvalidInput.at(pointer, "password_is_email", "A password must not be the e-mail address.")


def locked_until(failures: int, last_failed_at: datetime | None) -> datetime | None:
    """Return until when signing in is refused, right password or not; ``None`` below five failures in a row.

    The fifth failure locks for a minute, each further one twice as long, up to 15 minutes.
    """
    if failures < FREE_FAILURES or last_failed_at is None:
        return None
    # The exponent is bounded, because the count is not.
    doublings = min(failures - FREE_FAILURES, 4)
    return last_failed_at + min(_FIRST_LOCK * (1 << doublings), _LONGEST_LOCK)
