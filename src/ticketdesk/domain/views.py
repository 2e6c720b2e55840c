"""Lists of tickets with a name, and how further filters narrow one (spec: product.md section 5, views)."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from ticketdesk.domain.errors import FieldError, InvalidInput


class ViewKey(StrEnum):
    """The lists that every desk has."""

    MINE = "mine"
    TO_CHECK = "to_check"
    CLOSED_TODAY = "closed_today"
    UNASSIGNED = "unassigned"
    QUESTIONS = "questions"
    BY_PERSON = "by_person"


# Bounds of time: of the view's and the caller's, the narrower holds.
_SINCE = frozenset({"created_after", "closed_after", "updated_since"})
_UNTIL = frozenset({"created_before", "closed_before"})
# A ticket has several of these, so a caller may only choose among the view's values: another one could match tickets
# that the view leaves out.
_MANIFOLD = frozenset({"tag", "violation_category_id"})


def narrow(view: Mapping[str, Any], asked: Mapping[str, Any]) -> dict[str, Any]:
    """Return the filters of ``view`` with those of ``asked``: what matches both.

    Raises ``InvalidInput`` (``contradicts_view``) for each filter of which the two have no value in common.
    """
    both = view.keys() & asked.keys()
    narrowed = {name: _narrowed(name, view[name], asked[name]) for name in both}
    wrong = sorted(name for name, value in narrowed.items() if value is None)
    if wrong:
        detail = "The view narrows the list by another value of this."
        raise InvalidInput(*(FieldError(name, "contradicts_view", detail) for name in wrong))
    return {**view, **asked, **narrowed}


def _narrowed(name: str, view: Any, asked: Any) -> Any:
    if name in _SINCE:
        return max(view, asked)
    if name in _UNTIL:
        return min(view, asked)
    if not isinstance(view, list):
        return asked if asked == view else None
    shared = [value for value in asked if value in view]
    is_part = len(shared) == len(asked) if name in _MANIFOLD else bool(shared)
    return shared if is_part else None
