"""Optimistic concurrency: a change may name the versions it was made for (RFC 9110 section 13.1.1)."""

from ticketdesk.domain.errors import StaleVersion

# The versions a caller accepts; ``None`` when they accept any.
Expected = frozenset[int] | None


def require(current: int, expected: Expected) -> None:
    """Raise ``StaleVersion`` unless the change was made for the version that is current now."""
    if expected is not None and current not in expected:
        raise StaleVersion("This was changed meanwhile. Read it again and apply the change to what it is now.")
