"""Refusals that come before any rule of the domain is asked: they concern the request itself."""

from collections.abc import Mapping

from starlette.exceptions import HTTPException


class RequestRefused(HTTPException):
    """The request cannot be read or routed; ``code`` is the stable code of its problem document."""

    def __init__(self, status: int, code: str, detail: str, *, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(status, detail, dict(headers or {}))
        self.code = code
