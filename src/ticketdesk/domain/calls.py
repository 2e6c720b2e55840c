"""The worksheet of a call with a client: every open ticket is spoken of or excused (spec: product.md section 5)."""

from enum import StrEnum


class CallOutcome(StrEnum):
    """What became of one ticket on the worksheet: it was noted, or excused with a reason."""

    NOTED = "noted"
    EXCUSED = "excused"


class OutreachChannel(StrEnum):
    """How staff reached out to a client."""

    CALL = "call"
    MAIL = "mail"
