"""Every list and every count that grows with the desk, with each of its filters and orders, read from the contract.

A filter that the contract gains is missing here until it has a value, and then ``questions`` raises.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from benchmarks import dataset

LIMIT = 20
_TICKET, _STAFF, _CONTACT = dataset.row_id("d", 8), dataset.row_id("e", 2), dataset.row_id("c", 8)
_PRODUCT, _CATEGORY, _TEAM = (dataset.row_id(letter, 1) for letter in "123")
_BOTH = ("true", "false")

# What grows with the number of tickets; the rest of the lists are as long as a desk has teams, keys or categories.
GROWING = (
    "/tickets",
    "/tickets/counts",
    "/tickets/next",
    "/views",
    "/calls",
    "/tickets/{ticket_id}/comments",
    "/tickets/{ticket_id}/activity",
    "/tickets/{ticket_id}/messages",
    "/contacts",
    "/contacts/{contact_id}/tickets",
    "/accounts",
    "/messages",
    "/notifications",
    "/portal/tickets",
)
# Each filter with values of which both desks have some. Words in tickets have a bar of their own.
VALUES: Mapping[str, tuple[str, ...]] = {
    "kind": ("corrective", "task"),
    "status": ("closed", "pending_correction", "comment_added", "pending_verification", "send_later"),
    "needs_attention": _BOTH,
    "assignee_id": (_STAFF, "me", "none"),
    "checker_id": (_STAFF, "none"),
    "created_by": (_STAFF, "me"),
    "contact_id": (_CONTACT,),
    "account_id": (dataset.row_id("a", 1),),
    "violation_category_id": (dataset.row_id("f", 3),),
    "archived": _BOTH,
    "created_after": ("2025-01-01T00:00:00Z",),
    "created_before": ("2025-01-01T00:00:00Z",),
    "updated_since": ("2025-01-01T00:00:00Z", "2025-11-30T06:00:00Z"),
    "open": _BOTH,
    "view": ("mine", "to_check", "unassigned", "questions", "closed_today"),
    "completed": _BOTH,
    "checker_team_id": (_TEAM,),
    "to_check": ("true",),
    "category_id": (_CATEGORY,),
    "product_id": (_PRODUCT,),
    "tag": ("billing", "logo"),
    "origin": ("portal",),
    "outreach_required": ("true",),
    "question": ("true",),
    "closed_after": ("2025-01-01T00:00:00Z",),
    "closed_before": ("2025-01-01T00:00:00Z",),
    "user_id": (_STAFF,),
    "person": ("staff+7", "p77"),
    "state": ("sent", "failed", "queued"),
    "purpose": ("assignment", "reminder"),
    "ticket_id": (_TICKET,),
    "dispatch_id": (_TICKET,),
    "unread": _BOTH,
    "is_active": _BOTH,
    "q": ("p77",),
}
# Filters of tickets that people put together, or give several values, which no index holds in one order.
TOGETHER = (
    f"assignee_id={_STAFF}&created_by={dataset.row_id('e', 4)}",
    f"assignee_id={_STAFF}&created_by={dataset.row_id('e', 20)}",
    f"assignee_id={_STAFF}&violation_category_id={dataset.row_id('f', 3)}",
    f"violation_category_id={dataset.row_id('f', 3)}&open=true",
    f"category_id={_CATEGORY}&assignee_id={_STAFF}",
    f"category_id={_CATEGORY}&open=true",
    f"product_id={_PRODUCT}&category_id={_CATEGORY}",
    "question=true&assignee_id=me",
    "assignee_id=me&assignee_id=none&open=true",
    f"assignee_id={_STAFF}&assignee_id={dataset.row_id('e', 20)}",
    f"created_by=me&created_by={dataset.row_id('e', 4)}",
    f"account_id={dataset.row_id('a', 1)}&account_id={dataset.row_id('a', 2)}",
    f"contact_id={_CONTACT}&contact_id={dataset.row_id('c', 5)}",
    "tag=billing&open=true",
    "view=mine&tag=billing",
    "created_after=2025-01-01T06:00:00Z&created_before=2025-02-01T06:00:00Z",
)
_PATH = {"{ticket_id}": _TICKET, "{contact_id}": _CONTACT}


@dataclass(frozen=True, slots=True)
class Question:
    """One way to ask: what is asked in words, and the path with its query. ``who`` asks."""

    what: str
    path: str
    who: str = "staff"


def questions(contract: Mapping[str, Any]) -> Iterator[Question]:
    """Give every list and count, bare, with each filter alone and with some together, in each order.

    Raises ``KeyError`` for a filter without a value in ``VALUES``.
    """
    for path in GROWING:
        parameters = {one["name"]: one for one in contract["paths"][f"/api/v1{path}"]["get"].get("parameters", ())}
        filters = [""]
        for name, parameter in parameters.items():
            if parameter["in"] == "query" and name not in {"limit", "cursor", "sort"}:
                filters += [f"{name}={value}" for value in _values(path, name)]
        if "violation_category_id" in parameters:
            filters += TOGETHER
        orders = parameters["sort"]["schema"]["enum"] if "sort" in parameters else [""]
        for narrowed in filters:
            for order in orders:
                yield _question(path, narrowed, order, is_page="limit" in parameters)


def _values(path: str, name: str) -> tuple[str, ...]:
    return () if name == "q" and path.startswith("/tickets") else VALUES[name]


def _question(path: str, narrowed: str, order: str, *, is_page: bool) -> Question:
    words = [narrowed, f"sort={order}" if order else "", f"limit={LIMIT}" if is_page else ""]
    filled = path
    for place, value in _PATH.items():
        filled = filled.replace(place, value)
    query = "&".join(word for word in words if word)
    pairs = [pair.partition("=") for pair in narrowed.split("&") if pair]
    shown = f"`{path}`" + "".join(f", `{name}={_short(value)}`" for name, _, value in pairs)
    return Question(shown, f"/api/v1{filled}?{query}", "portal" if path.startswith("/portal") else "staff")


def _short(value: str) -> str:
    return "…" if value.count("-") == 4 else value
