"""YAML as a request's body, read as strictly as JSON is, and by what JSON has: no other types, tags or references.

Built from the parser's events, so that nothing nests deeper, grows larger or means something else than it looks like:
a plain ``no`` or ``2026-01-31`` is text, and a number is what JSON takes for one (YAML 1.2 section 10.2, but for its
hexadecimal and octal numbers, infinities and what is no number).
"""

import asyncio
import math
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import yaml

from ticketdesk.api.json_bodies import MAX_DEPTH, MAX_MEMBERS, JsonRequest
from ticketdesk.api.json_spots import escape
from ticketdesk.api.refusals import RequestRefused
from ticketdesk.domain.errors import FieldError

YAML = "application/yaml"
# RFC 9512 section 2.1: what it was called before it was registered.
_NAMES = frozenset({YAML, "application/x-yaml", "text/yaml", "text/x-yaml"})
# More than the largest document has; each costs its time.
MAX_VALUES = 200_000
INTEGER = re.compile(r"-?(0|[1-9][0-9]*)", re.ASCII)
NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?", re.ASCII)
# A directive at the start of a line, by all that ends lines in YAML 1.1. The parser in C compares each with every one
# before it and lets no other thread run meanwhile: 4 MiB of them would stop the process for minutes.
_TAG_DIRECTIVE = re.compile("(?:^|[\r\n\x85\u2028\u2029])%TAG")
_CONSTANTS = dict.fromkeys(("", "~", "null", "Null", "NULL")) | {
    name: name.lower() == "true" for name in ("true", "True", "TRUE", "false", "False", "FALSE")
}
# The parser in C where the library has it, which is some ten times faster.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_UNWANTED = "The body has what YAML allows and this does not."


class MalformedYaml(RequestRefused):
    """The body is no YAML, or such that our rules do not admit."""

    def __init__(self, detail: str, *errors: FieldError) -> None:
        super().__init__(400, "malformed_yaml", detail, errors=errors)


def is_yaml(content_type: str) -> bool:
    """Tell whether a ``Content-Type`` names YAML, and no other charset than UTF-8."""
    media_type, *parameters = (part.strip().lower() for part in content_type.split(";"))
    charsets = (text.partition("=")[2].strip('"') for text in parameters if text.startswith("charset"))
    return media_type in _NAMES and all(charset in {"utf-8", "utf8"} for charset in charsets)


def parse(body: bytes) -> Any:
    """Return the value of one YAML document in UTF-8.

    Raises ``MalformedYaml`` for anything else, for aliases, anchors and tags, for a name that comes twice in one
    mapping, for more than 1,000 names in one, for more than 32 levels and for more than 200,000 values.
    """
    try:
        text = body.decode()
        _refuse_tag_directives(text)
        return _Reader().read(yaml.parse(text, Loader=_LOADER))
    except UnicodeDecodeError as error:
        raise MalformedYaml("The body is not UTF-8.") from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f" at line {mark.line + 1}" if mark else ""
        raise MalformedYaml(f"The body is not valid YAML{where}.") from error


def _refuse_tag_directives(text: str) -> None:
    if _TAG_DIRECTIVE.search(text):
        error = FieldError("", "tag", "Write the document without names for tags.")
        raise MalformedYaml(_UNWANTED, error)


@dataclass(slots=True)
class _Level:
    """A sequence or mapping that is open; ``name`` is that of the member whose value comes next."""

    values: list[Any] | dict[str, Any]
    name: str | None = None

    def spot(self) -> str:
        """Return the part of a JSON pointer that leads to what comes next."""
        return escape(str(len(self.values)) if isinstance(self.values, list) else self.name or "")


@dataclass(slots=True)
class _Reader:
    """Builds the value from events; every open level is held, and nothing is called by itself."""

    levels: list[_Level] = field(default_factory=list)
    roots: list[Any] = field(default_factory=list)
    count: int = 0

    def read(self, events: Iterable[yaml.Event]) -> Any:
        """Return the only value."""
        for event in events:
            if isinstance(event, yaml.NodeEvent):
                self._take(event)
            elif isinstance(event, yaml.CollectionEndEvent):
                self._put(self.levels.pop().values)
        if len(self.roots) != 1:
            raise MalformedYaml("The body is not one YAML document.")
        return self.roots[0]

    def _take(self, event: yaml.NodeEvent) -> None:
        self.count += 1
        if self.count > MAX_VALUES:
            raise MalformedYaml(f"The body has more than {MAX_VALUES} values.")
        if isinstance(event, yaml.AliasEvent) or event.anchor is not None:
            raise self._refused("alias", "Write the value out instead of a reference to it.")
        if getattr(event, "tag", None) is not None:
            raise self._refused("tag", "Write the value without a tag.")
        if self._awaits_name():
            self._name(event)
        else:
            self._add(event)

    def _awaits_name(self) -> bool:
        return bool(self.levels) and isinstance(self.levels[-1].values, dict) and self.levels[-1].name is None

    def _name(self, event: yaml.NodeEvent) -> None:
        level = self.levels[-1]
        if not isinstance(event, yaml.ScalarEvent):
            raise self._refused("name_expected", "The name of a member is a text.")
        level.name = str(event.value)
        if level.name in level.values:
            raise self._refused("repeated_name", "The object has this name twice.")
        if len(level.values) == MAX_MEMBERS:
            raise MalformedYaml(f"A mapping in the body has more than {MAX_MEMBERS} members.")

    def _add(self, event: yaml.NodeEvent) -> None:
        if isinstance(event, yaml.ScalarEvent):
            self._put(self._scalar(event))
            return
        if len(self.levels) == MAX_DEPTH:
            raise self._refused("too_deep", "This would be one level too many.")
        self.levels.append(_Level([] if isinstance(event, yaml.SequenceStartEvent) else {}))

    def _put(self, value: Any) -> None:
        if not self.levels:
            self.roots.append(value)
            return
        level = self.levels[-1]
        if isinstance(level.values, list):
            level.values.append(value)
        elif level.name is not None:
            level.values[level.name] = value
            level.name = None

    def _scalar(self, event: yaml.ScalarEvent) -> Any:
        text = str(event.value)
        is_plain = bool(event.implicit[0])
        if not is_plain:
            return text
        if text in _CONSTANTS:
            return _CONSTANTS[text]
        if not NUMBER.fullmatch(text):
            return text
        number = self._number(text)
        if not math.isfinite(number):
            raise self._refused("number_too_large", "The number is too large.")
        return number

    def _number(self, text: str) -> int | float:
        # Longer whole numbers are out of every bound that there is, and their digits take long to read.
        return int(text) if INTEGER.fullmatch(text) and len(text) <= 100 else float(text)

    def _refused(self, code: str, detail: str) -> MalformedYaml:
        pointer = "".join(level.spot() for level in self.levels)
        return MalformedYaml(_UNWANTED, FieldError(pointer, code, detail))


class YamlRequest(JsonRequest):
    """A request whose ``json()`` was written in YAML."""

    async def load(self, *, expects_json: bool) -> None:
        """Take the whole body in, and read it beside other requests; raises as ``parse`` does."""
        await super().load(expects_json=False)
        body = await self.body()
        if body and expects_json:
            self._value = await asyncio.to_thread(parse, body)
