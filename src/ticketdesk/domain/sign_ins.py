"""How failures to sign in add up (what they lead to: ``domain/passwords.py``)."""

from datetime import datetime, timedelta

# A failure this long ago no longer counts. Longer than the longest lock, so that waiting one out resets nothing.
FAILURE_MEMORY = timedelta(hours=1)


def count_failure(failures: int, last_failed_at: datetime, now: datetime) -> int:
    """Return how many failures count after one more at ``now``: anew once the last one is an hour old."""
    return 1 if now - last_failed_at >= FAILURE_MEMORY else failures + 1
