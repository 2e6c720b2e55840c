"""What somebody who relied on one JSON schema would miss in another.

An answer may say more than before, an input may ask for less. The two directions differ in everything but names.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

Document = Mapping[str, Any]

# How an input's bound becomes tighter.
_BOUNDS: Mapping[str, Callable[[float, float], bool]] = {
    **dict.fromkeys(("minLength", "minimum", "exclusiveMinimum", "minItems"), lambda old, new: new > old),
    **dict.fromkeys(("maxLength", "maximum", "exclusiveMaximum", "maxItems"), lambda old, new: new < old),
}


class SchemaComparison:
    """Compares schemas of two documents; each pair of named ones is told about once for each direction."""

    def __init__(self, old: Document, new: Document) -> None:
        self._old = old
        self._new = new
        self._seen: set[tuple[str, str, bool]] = set()

    def changes(self, where: str, old: Document, new: Document, *, is_answer: bool) -> Iterator[str]:
        """Name what ``new`` takes away from ``old``, each beginning with ``where`` or the name of the schema."""
        old, old_name = resolve(old, self._old)
        new, new_name = resolve(new, self._new)
        if old_name and new_name:
            if (old_name, new_name, is_answer) in self._seen:
                return
            self._seen.add((old_name, new_name, is_answer))
            where = old_name
        if _is_choice(old) or _is_choice(new):
            yield from self._choices(where, _choices(old, old_name), _choices(new, new_name), is_answer=is_answer)
            return
        yield from _kind(where, old, new, is_answer=is_answer)
        yield from _values(where, old, new, is_answer=is_answer)
        if not is_answer:
            yield from _bounds(where, old, new)
        yield from self._properties(where, old, new, is_answer=is_answer)
        yield from self._others(where, old, new, is_answer=is_answer)
        if "items" in old and "items" in new:
            yield from self.changes(f"{where}[]", old["items"], new["items"], is_answer=is_answer)

    def _choices(
        self, where: str, before: dict[str, Document], after: dict[str, Document], *, is_answer: bool
    ) -> Iterator[str]:
        for key, schema in before.items():
            if key in after:
                yield from self.changes(where, schema, after[key], is_answer=is_answer)
            elif key.partition(" ")[0] not in after or is_answer:
                yield f"{where}: no longer {key}"
        if is_answer:
            for key in after.keys() - before.keys():
                yield f"{where}: can now be {key}"

    def _properties(self, where: str, old: Document, new: Document, *, is_answer: bool) -> Iterator[str]:
        before, after = old.get("properties", {}), new.get("properties", {})
        for name, schema in before.items():
            if name not in after:
                yield f"{where}.{name}: removed"
                continue
            yield from self.changes(f"{where}.{name}", schema, after[name], is_answer=is_answer)
        was, now = set(old.get("required", ())), set(new.get("required", ()))
        # An answer promises its required fields, a request asks for them.
        lost = (was - now) & after.keys() if is_answer else now - was
        for name in lost:
            yield f"{where}.{name}: {'no longer always there' if is_answer else 'now required'}"

    def _others(self, where: str, old: Document, new: Document, *, is_answer: bool) -> Iterator[str]:
        before, after = old.get("additionalProperties", True), new.get("additionalProperties", True)
        if isinstance(before, Mapping) and isinstance(after, Mapping):
            yield from self.changes(f"{where}.*", before, after, is_answer=is_answer)
        elif before is not False and after is False:
            yield f"{where}: no longer any other field"


def resolve(schema: Document, document: Document) -> tuple[Document, str | None]:
    """Follow a reference; returns what it leads to and its name."""
    reference = schema.get("$ref")
    if reference is None:
        return schema, None
    found: Any = document
    for part in reference.removeprefix("#/").split("/"):
        found = found[part]
    return found, reference.rpartition("/")[2]


def _is_choice(schema: Document) -> bool:
    return "anyOf" in schema or "oneOf" in schema


def _choices(schema: Document, name: str | None) -> dict[str, Document]:
    """Return the alternatives of a schema by what tells them apart: a name, or a type and format."""
    listed = [*schema.get("anyOf", ()), *schema.get("oneOf", ())]
    if not listed:
        return {name or _key(schema): schema}
    return {str(choice.get("$ref", "")).rpartition("/")[2] or _key(choice): choice for choice in listed}


def _key(schema: Document) -> str:
    return " ".join(str(schema[aspect]) for aspect in ("type", "format") if aspect in schema)


def _kind(where: str, old: Document, new: Document, *, is_answer: bool) -> Iterator[str]:
    for aspect in ("type", "format", "pattern"):
        before, after = old.get(aspect), new.get(aspect)
        # Whoever reads can rely on what was said, whoever writes on what was not.
        if before != after and (before if is_answer else after) is not None:
            yield f"{where}: {aspect} {before} became {after}"


def _values(where: str, old: Document, new: Document, *, is_answer: bool) -> Iterator[str]:
    before, after = _listed(old), _listed(new)
    for value in before:
        if after and value not in after:
            yield f"{where}: value {value} removed"
    if bool(before) != bool(after) and bool(before) == is_answer:
        yield f"{where}: {'no longer only' if is_answer else 'now only'} {', '.join(map(str, before or after))}"


def _listed(schema: Document) -> list[Any]:
    return list(schema.get("enum", [schema["const"]] if "const" in schema else []))


def _bounds(where: str, old: Document, new: Document) -> Iterator[str]:
    for bound, is_tighter in _BOUNDS.items():
        before, after = old.get(bound), new.get(bound)
        if after is not None and (before is None or is_tighter(before, after)):
            yield f"{where}: {bound} {before} became {after}"
