"""Merge-patches (RFC 7396) as typed input: what is left out stays, ``null`` only where it has a meaning."""

from typing import Any

from pydantic import Field

from ticketdesk.schemas.base import Input


def _nothing() -> Any:
    return None


def unchanged(**constraints: Any) -> Any:
    """Declare a field of a patch that may be left out; its type alone decides whether ``null`` is allowed."""
    return Field(default_factory=_nothing, **constraints)


class Patch(Input):
    """Base of every merge-patch: read it through ``given``, never by its attributes."""

    def given(self) -> dict[str, Any]:
        """Return the fields that the caller sent, with their values."""
        return {name: getattr(self, name) for name in type(self).model_fields if name in self.model_fields_set}
