"""Where in a JSON text a rule is broken: looked for only after it is known that one is.

Parsers that say what is wrong do not say where. The text is therefore gone through once more, token by token, with
the path to each.
"""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

# Further in, the spot is not looked for: nobody's mistake is worth more of everybody's time.
MAX_CHARACTERS = 262_144
# So much of a name is shown that came from a stranger.
MAX_NAME_LENGTH = 50
_TOKEN = re.compile(r'[\[\]{},:]|"[^"\\]*(?:\\.[^"\\]*)*"', re.DOTALL)


def escape(part: str) -> str:
    """Return one part of a JSON pointer (RFC 6901) that is fit to be shown, even where it came from a stranger."""
    shown = part[:MAX_NAME_LENGTH].encode(errors="replace").decode()
    return "/" + shown.replace("~", "~0").replace("/", "~1")


@dataclass(slots=True)
class _Level:
    """An array or object that is open."""

    is_object: bool
    index: int = 0
    name: str = ""
    awaits_name: bool = True
    names: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Spot:
    """A name or a string, or with neither the opening of an array or object; ``depth`` counts what is open."""

    depth: int
    name: str | None = None
    string: str | None = None
    is_repeated: bool = False

    @property
    def has_lone_surrogate(self) -> bool:
        """Whether it holds half of a surrogate pair."""
        return any("\ud800" <= character <= "\udfff" for character in self.name or self.string or "")


def _pointer(levels: list[_Level]) -> str:
    return "".join(escape(level.name if level.is_object else str(level.index)) for level in levels)


def _read_string(written: str, levels: list[_Level]) -> Spot:
    text = json.loads(written, strict=False)
    top = levels[-1] if levels else None
    if top is None or not top.is_object or not top.awaits_name:
        return Spot(len(levels), string=text)
    is_repeated = text in top.names
    top.names.add(text)
    top.name = text
    return Spot(len(levels), name=text, is_repeated=is_repeated)


def _spots(text: str, levels: list[_Level]) -> Iterator[Spot]:
    """Yield the spots in their order; at each, ``levels`` holds the way to it."""
    for found in _TOKEN.finditer(text, 0, MAX_CHARACTERS):
        mark = found[0]
        if mark in "[{":
            yield Spot(len(levels) + 1)
            levels.append(_Level(mark == "{"))
        elif mark[0] == '"':
            yield _read_string(mark, levels)
        elif not levels:
            return
        elif mark in "]}":
            levels.pop()
        else:
            levels[-1].index += mark == ","
            levels[-1].awaits_name = mark == ","


def find(body: bytes, is_wrong: Callable[[Spot], bool]) -> str:
    """Return the JSON pointer to the first spot that ``is_wrong``, the empty one where none is found.

    For a name that cannot be shown it leads to the object around it. ``body`` is JSON, or was until it went wrong.
    """
    levels: list[_Level] = []
    try:
        wrong = next((spot for spot in _spots(body.decode(), levels) if is_wrong(spot)), None)
    except ValueError:
        return ""
    if wrong is None:
        return ""
    is_hidden = wrong.name is not None and wrong.has_lone_surrogate
    return _pointer(levels[:-1] if is_hidden else levels)
