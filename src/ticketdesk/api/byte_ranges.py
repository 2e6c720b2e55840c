"""Parts of a file, by ``Range`` (RFC 9110 section 14): one range of bytes, as downloads are taken up again."""

import re
from dataclasses import dataclass

from ticketdesk.api.refusals import RequestRefused

_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Span:
    """Bytes from ``first`` to ``last``, both included, of ``size``."""

    first: int
    last: int
    size: int

    @property
    def count(self) -> int:
        """How many bytes these are."""
        return self.last - self.first + 1

    def __str__(self) -> str:
        """Return the value of ``Content-Range``."""
        return f"bytes {self.first}-{self.last}/{self.size}"


def wanted(header: str | None, size: int) -> Span | None:
    """Return the part that ``header`` asks for; ``None`` for all, also for what need not be honoured.

    Several ranges, other units and malformed ones are ignored, as section 14.2 allows. Raises ``RequestRefused`` 416
    for a range that begins beyond the end.
    """
    found = _RANGE.fullmatch(header.strip()) if header else None
    if found is None or found[1] == found[2] == "":
        return None
    if not found[1]:
        first, last = max(0, size - int(found[2])), size - 1
    else:
        first, last = int(found[1]), min(int(found[2] or size), size - 1)
        if found[2] and int(found[2]) < first:
            return None
    if first >= size:
        headers = {"Content-Range": f"bytes */{size}"}
        raise RequestRefused(416, "range_not_satisfiable", "The file ends before that range.", headers=headers)
    return Span(first, last, size)
