"""The answers that an operation can give beside its own, derived from what its route asks for."""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from ticketdesk.api.problem_codes import PROBLEM_CODES


@dataclass(frozen=True, slots=True)
class Traits:
    """What decides which problems an operation can have.

    ``is_open`` means that no credential is asked for, ``is_inside`` that it is for the desk alone, ``may_send`` that
    the method can carry a body, ``has_body`` that this one takes it, ``has_condition`` that ``If-Match`` is honoured,
    ``is_limited`` that requests are counted, ``has_types`` that ``Accept`` chooses one of several, ``has_range`` that
    parts can be asked for.
    """

    method: str
    is_open: bool
    is_inside: bool
    may_send: bool
    has_path_parameters: bool
    has_body: bool
    has_condition: bool
    is_limited: bool
    has_types: bool
    has_range: bool


# Components by status, and the code that stands in each one's example.
_PROBLEMS: Mapping[int, tuple[str, str]] = {
    400: ("Malformed", "malformed_json"),
    401: ("NotAuthenticated", "not_authenticated"),
    403: ("NotPermitted", "not_permitted"),
    404: ("NotFound", "not_found"),
    406: ("NotAcceptable", "not_acceptable"),
    408: ("TooSlow", "request_timeout"),
    409: ("Conflict", "invalid_transition"),
    412: ("StaleVersion", "stale_version"),
    413: ("TooLarge", "body_too_large"),
    414: ("QueryTooLong", "query_too_long"),
    415: ("UnsupportedMediaType", "unsupported_media_type"),
    416: ("RangeNotSatisfiable", "range_not_satisfiable"),
    422: ("InvalidInput", "invalid_input"),
    429: ("TooManyRequests", "rate_limited"),
    503: ("Unavailable", "unavailable"),
}
RATE_LIMIT_FIELDS = ("RateLimit-Policy", "RateLimit")
# What these make has no address of its own: words, a part that is read with the whole, a link that is its own address.
WITHOUT_ADDRESS = frozenset(
    {
        "create_comment",
        "create_portal_comment",
        "create_portal_attachment",
        "create_attachment_link",
        "create_portal_attachment_link",
        "create_document_section",
        "create_document_question",
        "create_recipient",
        "create_portal_delegations",
        "sign_account_up",
        "create_password_reset",
    }
)
_PROBLEM_HEADERS = {401: ("WWW-Authenticate",), 429: ("Retry-After", *RATE_LIMIT_FIELDS), 503: ("Retry-After",)}

HEADERS: Mapping[str, dict[str, Any]] = {
    "X-Request-ID": {
        "description": "The id of this request: the caller's own where it was a plain token, else a new one. It is in "
        "the logs and in problem documents.",
        "schema": {"type": "string"},
    },
    "ETag": {
        "description": "The version of what the body shows, for `If-Match` and `If-None-Match`.",
        "schema": {"type": "string"},
    },
    "Link": {
        "description": '`rel="next"` while the list goes on (RFC 8288).',
        "schema": {"type": "string"},
    },
    "Location": {"description": "Where the created object is.", "schema": {"type": "string"}},
    "Content-Disposition": {
        "description": "Under which name to save what is a file (RFC 6266).",
        "schema": {"type": "string"},
    },
    "Accept-Ranges": {"description": "`bytes`: parts can be asked for.", "schema": {"type": "string"}},
    "Content-Range": {"description": "Which bytes of how many these are.", "schema": {"type": "string"}},
    "Retry-After": {
        "description": "After how many seconds the same request may be sent again.",
        "schema": {"type": "integer", "minimum": 0},
    },
    "RateLimit-Policy": {
        "description": "The quotas that this request counts against: `q` requests in `w` seconds.",
        "schema": {"type": "string", "examples": ['"sign_in_per_client";q=300;w=900']},
    },
    "RateLimit": {
        "description": "What is left of each quota: `r` requests until it is full again in `t` seconds.",
        "schema": {"type": "string", "examples": ['"sign_in_per_client";r=299;t=900']},
    },
    "Vary": {"description": "`Accept`: another wish gets another answer.", "schema": {"type": "string"}},
    "WWW-Authenticate": {"description": "The scheme to use: `Bearer`.", "schema": {"type": "string"}},
    "Idempotent-Replayed": {
        "description": "`true` on the stored answer to an earlier request with the same `Idempotency-Key`.",
        "schema": {"type": "string", "enum": ["true"]},
    },
}


def header_refs(*names: str) -> dict[str, Any]:
    """Return references to headers of ``HEADERS``; every answer has ``X-Request-ID``."""
    return {name: {"$ref": f"#/components/headers/{name}"} for name in ("X-Request-ID", *names)}


def tagged(status: int = 200) -> dict[int | str, dict[str, Any]]:
    """Return the ``responses`` of a route whose answer has an ``ETag`` and shows no version."""
    return {status: {"headers": header_refs("ETag")}}


def problem_statuses(traits: Traits) -> list[int]:
    """Return the statuses of the problems that an operation with these traits can answer with."""
    applies = {
        400: traits.may_send,
        401: not traits.is_open or traits.has_body,
        403: not traits.is_open,
        # For guests and recipients nothing exists of what is the desk's.
        404: traits.has_path_parameters or traits.is_inside,
        406: traits.has_types,
        408: traits.may_send,
        # A change can meet a state in which it is not possible, and a key that is being worked on.
        409: traits.method != "GET",
        412: traits.has_condition,
        413: traits.may_send,
        414: True,
        415: traits.has_body,
        416: traits.has_range,
        # Every route refuses query parameters that it does not have.
        422: True,
        429: traits.is_limited,
        503: True,
    }
    return [status for status, is_possible in applies.items() if is_possible]


def problem_refs(statuses: list[int]) -> dict[str, Any]:
    """Return the ``responses`` members for ``statuses``."""
    return {str(status): {"$ref": f"#/components/responses/{_PROBLEMS[status][0]}"} for status in statuses}


def problem_components() -> dict[str, Any]:
    """Return one component per problem status."""
    return {name: _component(status, code) for status, (name, code) in _PROBLEMS.items()}


def _component(status: int, code: str) -> dict[str, Any]:
    content = {"schema": {"$ref": "#/components/schemas/Problem"}, "example": _example(status, code)}
    return {
        "description": PROBLEM_CODES[code].meaning,
        "headers": header_refs(*_PROBLEM_HEADERS.get(status, ())),
        "content": {"application/problem+json": content},
    }


def _example(status: int, code: str) -> dict[str, Any]:
    example: dict[str, Any] = {
        "type": f"/problems/{code}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": PROBLEM_CODES[code].meaning,
        "code": code,
        "request_id": "5f3a7c0001978c1e",
    }
    if code == "invalid_input":
        broken = {"pointer": "/title", "code": "missing", "detail": "Field required"}
        return {**example, "detail": "The input breaks a rule.", "errors": [broken]}
    if code == "invalid_transition":
        return {**example, "detail": "A closed ticket cannot be completed.", "allowed_actions": ["reopen"]}
    return example
