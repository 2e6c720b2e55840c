"""How much may hang on one ticket, and how long a link to a file holds (spec: product.md section 9)."""

from dataclasses import dataclass
from datetime import timedelta

from ticketdesk.domain.errors import Conflict

# Long enough for a browser to follow it, too short to be passed on.
LINK_VALID = timedelta(minutes=5)
MAX_PER_COMMENT = 20
# What an admin may allow at most, in bytes.
MAX_FILE_BYTES = 1024 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Usage:
    """What hangs on a ticket already: files, and their bytes together, each time a file is attached."""

    files: int
    size: int


@dataclass(frozen=True, slots=True)
class Room:
    """What may hang on a ticket: so many files, of so many bytes together."""

    files: int
    size: int

    def require(self, usage: Usage, size: int) -> None:
        """Raise ``Conflict`` (``quota_exceeded``) unless one more file of ``size`` bytes has room."""
        if usage.files >= self.files:
            detail = f"The ticket has {usage.files} files, and no more than {self.files} may be on one."
            raise Conflict(detail, code="quota_exceeded", max_files=self.files)
        if usage.size + size > self.size:
            left = max(0, self.size - usage.size)
            detail = f"The files of the ticket would be too large together; {left} bytes are left of {self.size}."
            raise Conflict(detail, code="quota_exceeded", max_bytes=self.size, bytes_left=left)
