"""What the contract says of a value beyond its type, for rules that are checked by code.

So a front end or a generated client can refuse by itself what the server would refuse. Patterns are written in what
ECMA-262 and Python have in common, and hold of the text as it is sent, before anything is stripped.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import GetJsonSchemaHandler, ValidatorFunctionWrapHandler, WrapValidator
from pydantic_core import CoreSchema, PydanticKnownError

# Unicode's White_Space, which is stripped from both ends; the classes below are parts of character classes.
SPACE = r"\t-\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
CONTROLS = r"\x00-\x1f\x7f-\x9f"
LINE_CONTROLS = CONTROLS + r"\u2028\u2029"
PARAGRAPH_CONTROLS = r"\x00-\x08\x0b-\x1f\x7f-\x9f"


@dataclass(frozen=True, slots=True)
class Keywords:
    """Adds keywords of JSON Schema to a type's part of the contract, and checks nothing; made by ``says``."""

    # Pairs, because annotations have to be hashable.
    added: tuple[tuple[str, Any], ...]

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        """Return the type's own schema with the keywords."""
        return {**handler(core), **dict(self.added)}


def says(**added: Any) -> Keywords:
    """Return the keywords as an annotation, under the names that JSON Schema has for them."""
    return Keywords(tuple(added.items()))


def text(controls: str, *, is_optional: bool = False) -> Keywords:
    """Say that a text holds none of ``controls`` but at its ends, and more than white space unless it may be empty."""
    # Two spellings of a line's end become one before controls are looked for.
    allowed = r"\r" if controls == PARAGRAPH_CONTROLS else ""
    inner = controls.replace(r"\x0b-\x1f", r"\x0b\x0c\x0e-\x1f") if allowed else controls
    visible = rf"[^{inner}{SPACE}]"
    body = rf"{visible}([^{inner}]*{visible})?"
    return says(pattern=rf"^[{SPACE}]*{f'({body})?' if is_optional else body}[{SPACE}]*$")


def at_most(characters: int) -> WrapValidator:
    """Refuse a longer text as it was sent, since that is what the contract's ``maxLength`` counts."""

    def check(value: Any, read: ValidatorFunctionWrapHandler) -> Any:
        if isinstance(value, str) and len(value) > characters:
            raise PydanticKnownError("string_too_long", {"max_length": characters})
        return read(value)

    return WrapValidator(check)


def given(name: str) -> dict[str, Any]:
    """Describe an object that has the field, and not as ``null``."""
    return {"required": [name], "properties": {name: {"not": {"type": "null"}}}}


def without(*names: str) -> dict[str, Any]:
    """Describe an object in which each of the fields is left out or ``null``."""
    return {"properties": {name: {"type": "null"} for name in names}}


def never(*cases: dict[str, Any] | Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Say which objects are refused: those that fit a case, or all parts of one.

    One ``not`` beside the fields, because clients' generators pass over it, while they take alternatives for types.
    """
    refused = [case if isinstance(case, dict) else {"allOf": list(case)} for case in cases]
    return {"not": refused[0] if len(refused) == 1 else {"anyOf": refused}}
