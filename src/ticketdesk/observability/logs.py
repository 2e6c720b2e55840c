"""Structured logs on standard error, our own and the libraries', without secrets in either."""

import json
import logging
import re
import sys
from contextlib import suppress
from contextvars import ContextVar
from functools import lru_cache
from typing import Any, BinaryIO, cast

import orjson
import structlog
from structlog.typing import EventDict, Processor

REDACTED = "[redacted]"
# The id of the request under way, which ties together everything that is logged for it.
REQUEST_ID: ContextVar[str | None] = ContextVar("request_id", default=None)
SECRET_KEY = re.compile(
    r"password|passwd|secret|token|authorization|cookie|credential|api_?key|database_url|smtp_url", re.IGNORECASE
)
# What a secret looks like inside a longer text: credentials in a URL, bearer headers, our API keys, tokens in the
# compact form (RFC 7519), and the fragment of a ticket link.
SECRET_TEXT = re.compile(
    r"(?P<url>://[^/\s:@]*:)[^/\s@]+(?=@)"
    r"|(?P<bearer>bearer\s+)[^\s'\",]+"
    r"|(?P<link>#/t/)[\w.~-]+"
    r"|\btd_[\w-]{6,}"
    r"|\beyJ[\w-]+\.[\w-]+\.[\w-]*",
    re.IGNORECASE,
)
# One of these is in every line that has a secret by either pattern; most lines have none, and to look for these is ten
# times as fast.
_HINTS = (
    "passw", "secret", "token", "authorization", "cookie", "credential", "api_key", "apikey", "database_url",
    "smtp_url", "://", "bearer", "#/t/", "td_", "eyj",
)  # fmt: skip
MAX_NESTING = 6
# Libraries whose routine messages say nothing that ours do not.
QUIET = {
    "apscheduler": logging.ERROR,
    "httpx": logging.WARNING,
    "httpcore": logging.WARNING,
    "mail.log": logging.WARNING,
    "alembic.runtime.plugins": logging.WARNING,
}


def _without_secrets(text: str) -> str:
    return SECRET_TEXT.sub(lambda found: (found[found.lastgroup] if found.lastgroup else "") + REDACTED, text)


# Names come from the source, so they are few; every line asks about each of its own.
@lru_cache(maxsize=1024)
def _is_secret(key: str) -> bool:
    return SECRET_KEY.search(key) is not None


def _redacted(key: str, value: Any, depth: int) -> Any:
    if value is None:
        return None
    if depth > MAX_NESTING or _is_secret(key):
        return REDACTED
    if isinstance(value, str):
        return _without_secrets(value)
    if isinstance(value, int | float):
        return value
    if isinstance(value, dict):
        return {name: _redacted(str(name), part, depth + 1) for name, part in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_redacted("", part, depth + 1) for part in value]
    return value


def redact(_logger: object, _method: str, event: EventDict) -> EventDict:
    """Blot out values whose name speaks of a secret, and secrets inside texts, tracebacks included."""
    return {key: _redacted(key, value, 0) for key, value in event.items()}


def add_request_id(_logger: object, _method: str, event: EventDict) -> EventDict:
    """Say which request a line belongs to, while there is one."""
    request_id = REQUEST_ID.get()
    if request_id is not None:
        event["request_id"] = request_id
    return event


def _is_suspect(line: bytes) -> bool:
    # As text: Python takes three times as long to look for bytes in bytes.
    lowered = line.decode().lower()
    return any(hint in lowered for hint in _HINTS)


def _render_json(logger: object, method: str, event: EventDict) -> bytes:
    line = _json(event)
    return _json(redact(logger, method, event)) if _is_suspect(line) else line


def _json(event: EventDict) -> bytes:
    try:
        return orjson.dumps(event, default=repr, option=orjson.OPT_NON_STR_KEYS)
    except TypeError:
        # A text that is no Unicode, or something that will not be shown: never a reason to lose the line.
        return json.dumps({str(key): ascii(value) for key, value in event.items()}).encode()


def _renderer(stream: BinaryIO, *, is_json: bool) -> list[Processor]:
    if is_json:
        return [_render_json]
    # The plain formatter: the others print the local variables of every frame, and those hold secrets.
    console = structlog.dev.ConsoleRenderer(
        colors=stream.isatty(), exception_formatter=structlog.dev.plain_traceback, sort_keys=False
    )
    return [redact, console, lambda _logger, _method, line: str(line).encode(errors="backslashreplace")]


class _Unfailing:
    """A stream that loses lines rather than raise: a full disk or a reader that left breaks nobody's request."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def write(self, line: bytes) -> None:
        """Write what can be written."""
        with suppress(OSError, ValueError):
            self._stream.write(line)

    def flush(self) -> None:
        """Send on what can be sent on."""
        with suppress(OSError, ValueError):
            self._stream.flush()


def configure(*, is_json: bool, level: int = logging.INFO, stream: BinaryIO | None = None) -> None:
    """Send every log line of the process, one per event, to ``stream`` (standard error) as JSON or for people."""
    out = stream or sys.stderr.buffer
    structlog.configure(
        processors=[
            add_request_id,
            structlog.stdlib.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
            structlog.processors.format_exc_info,
            *_renderer(out, is_json=is_json),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.BytesLoggerFactory(cast("BinaryIO", _Unfailing(out))),
        cache_logger_on_first_use=True,
    )
    _route_libraries(level)


class _Forwarder(logging.Handler):
    """Passes what libraries log by the standard library on to our own logger."""

    def emit(self, record: logging.LogRecord) -> None:
        try:
            text, logger = record.getMessage(), structlog.get_logger()
            logger.log(record.levelno, text, logger=record.name, exc_info=record.exc_info or None)
        except Exception:  # noqa: BLE001 - a log line that cannot be written must not break what it tells of
            self.handleError(record)


def _route_libraries(level: int) -> None:
    """Bring the standard library's loggers, uvicorn's among them, to our stream."""
    root = logging.getLogger()
    root.handlers[:] = [_Forwarder()]
    root.setLevel(level)
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access"):
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = True
    for name, least in QUIET.items():
        logging.getLogger(name).setLevel(least)
