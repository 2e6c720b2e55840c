"""Refusals that come before any rule of the domain is asked: they concern the request itself."""

from collections.abc import Mapping

from starlette.exceptions import HTTPException

from ticketdesk.domain.errors import FieldError


class RequestRefused(HTTPException):
    """The request cannot be read or routed.

    ``code`` is the stable code of its problem document, ``errors`` says where in the body the reason is.
    """

    def __init__(
        self,
        status: int,
        code: str,
        detail: str,
        *,
        headers: Mapping[str, str] | None = None,
        errors: tuple[FieldError, ...] = (),
    ) -> None:
        super().__init__(status, detail, dict(headers or {}))
        self.code = code
        self.errors = errors
