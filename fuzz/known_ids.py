"""What a caller can find: the ids behind each parameter, read before the run from whatever the caller may read.

Drawn ids lead nowhere, so that what lies behind them would meet no data; half of those that are sent are known ones.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from itertools import islice, product
from typing import Any, TypeAlias

import httpx

Ids: TypeAlias = Mapping[str, list[str]]

SHARE = 0.5
# So many of a kind are looked into: they are alike.
_PER_KIND = 3
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_PLACEHOLDER = re.compile(r"{(\w+)}")


def find(contract: Mapping[str, Any], client: httpx.Client) -> Ids:
    """Return what ``client`` can read, by the name of the parameter that takes it (``ticket_id``).

    Reads every path of the contract that needs nothing else, then those whose parameters that has told, and so on.
    """
    found: dict[str, dict[str, None]] = defaultdict(dict)
    read: set[str] = set()
    while unread := [url for url in _urls(contract, found) if url not in read]:
        for url in unread:
            read.add(url)
            answer = client.get(url)
            # Whoever has nothing to do is told so without a body.
            if answer.is_success and answer.headers.get("Content-Type", "").startswith("application/json"):
                for name, value in _ids(answer.json(), _last_word(url)):
                    found[name][value] = None
    return {name: list(values) for name, values in found.items()}


def bindings(contract: Mapping[str, Any], ids: Ids) -> dict[str, Any]:
    """Return the settings of schemathesis that draw from ``ids`` in paths and bodies.

    Not in queries, because the tool fails over settings for parameters whose schema has references. Nor for fields that
    the contract allows only beside some others: a known id would be set whatever the others are.
    """
    tied = set(_tied(contract["components"]["schemas"]))
    drawn = {
        place: {"dictionary": name, "probability": SHARE}
        for name in ids
        for place in (f"path.{name}", f"body.{name}", f"body.{name}s[*]", f"body.answers[*].{name}")
        if place.removeprefix("body.") not in tied
    }
    return {"dictionaries": {name: {"values": values} for name, values in ids.items()}, "parameters": drawn}


def _tied(schema: object, *, is_inside: bool = False) -> Iterator[str]:
    """Give the fields that a schema forbids together with others."""
    if isinstance(schema, dict):
        for keyword, inner in schema.items():
            if is_inside and keyword == "properties":
                yield from inner
            yield from _tied(inner, is_inside=is_inside or keyword == "not")
    elif isinstance(schema, list):
        for inner in schema:
            yield from _tied(inner, is_inside=is_inside)


def _urls(contract: Mapping[str, Any], found: Mapping[str, Mapping[str, None]]) -> Iterator[str]:
    for path, operations in contract["paths"].items():
        if "get" in operations:
            names = _PLACEHOLDER.findall(path)
            for values in product(*(islice(found.get(name, ()), _PER_KIND) for name in names)):
                yield path.format(**dict(zip(names, values, strict=True)))


def _ids(value: object, kind: str) -> Iterator[tuple[str, str]]:
    """Give each id in an answer with the parameter it is for; ``kind`` says in the plural what things these are."""
    if isinstance(value, list):
        for item in value:
            yield from _ids(item, kind)
    elif isinstance(value, dict):
        for name, inner in value.items():
            if isinstance(inner, str) and _UUID.fullmatch(inner):
                yield _parameter(kind) if name == "id" else name, inner
            else:
                yield from _ids(inner, kind if name == "items" else name)


def _parameter(kind: str) -> str:
    """Return what paths call the id of one of these: ``requested_actions`` are named by ``action_id``."""
    word = re.split(r"[-_]", kind)[-1]
    return re.sub("ies$", "y", word).removesuffix("s") + "_id"


def _last_word(url: str) -> str:
    return [part for part in url.split("/") if not re.search(r"\d", part)][-1]
