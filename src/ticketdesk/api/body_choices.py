"""What is wrong with a body that may have one of several shapes, told as if the shape that it names were the only one.

Pydantic puts the name of the shape into each location, where the body has no such member, and quotes a name that it
does not know.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter


@dataclass(frozen=True, slots=True)
class BodyChoice:
    """The member that says which shape a body has, and what it may be."""

    member: str
    values: tuple[str, ...]

    @classmethod
    def of(cls, annotation: Any) -> "BodyChoice | None":
        """Return the choice that a type declares by its discriminator, ``None`` for a type of one shape."""
        core: Mapping[str, Any] = TypeAdapter(annotation).core_schema
        if core["type"] != "tagged-union":
            return None
        return cls(core["discriminator"], tuple(str(value) for value in core["choices"]))

    def told(self, errors: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
        """Return ``errors`` of Pydantic with locations that lead into the body, and nothing of the body quoted."""
        return [self._told(error) for error in errors]

    def _told(self, error: Mapping[str, Any]) -> Mapping[str, Any]:
        location = (*error["loc"][:1], self.member)
        if error["type"] == "union_tag_not_found":
            return {"type": "missing", "loc": location, "msg": "Field required"}
        if error["type"] == "union_tag_invalid":
            expected = " or ".join(f"'{value}'" for value in self.values)
            return {"type": "literal_error", "loc": location, "msg": f"Input should be {expected}"}
        return {**error, "loc": (*error["loc"][:1], *error["loc"][2:])}
