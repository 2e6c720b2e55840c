"""Answers that the database has already written down as JSON."""

from dataclasses import dataclass
from typing import Generic, TypeVar
from uuid import UUID

from pydantic import BaseModel

Shape = TypeVar("Shape", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class ReadyJson(Generic[Shape]):
    """JSON of ``Shape`` in bytes ready to be sent.

    It is not validated on its way out: that such a document fits its shape is held by tests over every kind of it
    (``tests/contracts/test_ready_json.py``).
    """

    body: bytes

    def read(self, shape: type[Shape]) -> Shape:
        """Return an object, for whoever needs to look into it."""
        return shape.model_validate_json(self.body)


@dataclass(frozen=True, slots=True)
class Resource(ReadyJson[Shape]):
    """The document of one thing that has an id and a version."""

    id: UUID
    version: int
