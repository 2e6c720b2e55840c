"""The second person who verifies: vocabulary of the check (spec: product.md section 5, check)."""

from enum import StrEnum


class ReworkCause(StrEnum):
    """Why work had to be done again: the checker returned it, staff reopened it, or the client came back to it."""

    RETURNED = "returned"
    REOPENED = "reopened"
    COMMENTED = "commented"
