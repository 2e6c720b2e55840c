"""What can go wrong, as facts: each error carries a stable ``code`` and details that are safe to show.

No error here knows an HTTP status (``api/errors.py`` has that table) or holds a submitted value.
"""

from collections.abc import Sequence
from dataclasses import dataclass


class DomainError(Exception):
    """Base of every refusal a rule makes.

    ``code`` is part of the public contract; ``detail`` is a sentence for people; ``facts`` are extra members of the
    problem document and must be JSON values free of secrets and submitted text.
    """

    code = "refused"

    def __init__(self, detail: str, *, code: str | None = None, **facts: object) -> None:
        super().__init__(detail)
        self.detail = detail
        self.code = code or type(self).code
        self.facts = facts


class NotFound(DomainError):
    """The object does not exist, or this actor may not know that it does."""

    code = "not_found"

    def __init__(self, what: str = "Object") -> None:
        super().__init__(f"{what} not found.")


class NotPermitted(DomainError):
    """The actor sees the object but may not do this to it."""

    code = "not_permitted"


class NotAuthenticated(DomainError):
    """No credential, or one that does not hold (RFC 9110 section 15.5.2)."""

    code = "not_authenticated"


class Conflict(DomainError):
    """The object is in a state in which this cannot be done now."""

    code = "conflict"


class InvalidTransition(Conflict):
    """No step of the workflow leads from the present status by this action; ``allowed_actions`` names those that do."""

    code = "invalid_transition"

    def __init__(self, detail: str, *, allowed_actions: Sequence[str], code: str | None = None) -> None:
        super().__init__(detail, code=code, allowed_actions=list(allowed_actions))


class StaleVersion(DomainError):
    """``If-Match`` named a version that is no longer the present one."""

    code = "stale_version"


class Gone(DomainError):
    """A single-use thing that was used, revoked or has expired."""

    code = "gone"


class TooManyAttempts(DomainError):
    """Refused for a while; ``retry_after`` is in whole seconds."""

    code = "too_many_attempts"

    def __init__(self, detail: str, *, retry_after: int) -> None:
        super().__init__(detail)
        self.retry_after = retry_after


class RateLimited(TooManyAttempts):
    """More requests than a quota holds (``domain/rate_limits.py``), whether they failed or not."""

    code = "rate_limited"


@dataclass(frozen=True, slots=True)
class FieldError:
    """One input field and the rule that it broke; ``pointer`` is a JSON pointer (RFC 6901) into the request body."""

    pointer: str
    code: str
    detail: str


class InvalidInput(DomainError):
    """Input that is well-formed but breaks a rule; names every field concerned."""

    code = "invalid_input"

    def __init__(self, *errors: FieldError) -> None:
        super().__init__("The input breaks a rule.")
        self.errors = errors

    @classmethod
    def at(cls, pointer: str, code: str, detail: str) -> "InvalidInput":
        """Build the error for a single field."""
        return cls(FieldError(pointer, code, detail))
