"""What a client of the last release would miss in this one: a comparison of two OpenAPI documents."""

from collections.abc import Iterator, Mapping
from typing import Any

Document = Mapping[str, Any]
METHODS = ("get", "put", "post", "patch", "delete")


def breaking_changes(old: Document, new: Document) -> list[str]:
    """Name everything in ``old`` that ``new`` took away or asks for in addition; empty when clients can stay."""
    return sorted(set(_Comparison(old, new).all()))


class _Comparison:
    def __init__(self, old: Document, new: Document) -> None:
        self._old = old
        self._new = new
        self._seen: set[tuple[str, str, bool]] = set()

    def all(self) -> Iterator[str]:
        for path, operations in self._old["paths"].items():
            for method in METHODS:
                if method in operations:
                    yield from self._operation(f"{method.upper()} {path}", path, method)

    def _operation(self, where: str, path: str, method: str) -> Iterator[str]:
        old, new = self._old["paths"][path][method], self._new["paths"].get(path, {}).get(method)
        if new is None:
            yield f"{where}: removed"
            return
        if old["operationId"] != new["operationId"]:
            yield f"{where}: renamed from {old['operationId']} to {new['operationId']}"
        yield from self._parameters(where, old, new)
        yield from self._request(where, old, new)
        yield from self._responses(where, old, new)

    def _parameters(self, where: str, old: Document, new: Document) -> Iterator[str]:
        before, after = self._by_name(old, self._old), self._by_name(new, self._new)
        for key, parameter in before.items():
            if key not in after:
                yield f"{where}: parameter {key[1]} removed"
                continue
            yield from self._schema(f"{where} {key[1]}", parameter["schema"], after[key]["schema"], is_answer=False)
        for key, parameter in after.items():
            was_required = before.get(key, {}).get("required", False)
            if parameter.get("required", False) and not was_required:
                yield f"{where}: parameter {key[1]} now required"

    @staticmethod
    def _by_name(operation: Document, document: Document) -> dict[tuple[str, str], Document]:
        resolved = [_resolve(parameter, document)[0] for parameter in operation.get("parameters", [])]
        return {(parameter["in"], parameter["name"].lower()): parameter for parameter in resolved}

    def _request(self, where: str, old: Document, new: Document) -> Iterator[str]:
        before, after = old.get("requestBody"), new.get("requestBody")
        if after is None:
            if before is not None:
                yield f"{where}: body no longer taken"
            return
        if after.get("required", False) and not (before or {}).get("required", False):
            yield f"{where}: body now required"
        if before is not None:
            yield from self._content(where, before["content"], after["content"], is_answer=False)

    def _responses(self, where: str, old: Document, new: Document) -> Iterator[str]:
        for status, response in old["responses"].items():
            if not status.startswith("2"):
                continue
            if status not in new["responses"]:
                yield f"{where}: answer {status} removed"
                continue
            after = new["responses"][status]
            yield from self._content(
                f"{where} {status}", response.get("content", {}), after.get("content", {}), is_answer=True
            )

    def _content(self, where: str, old: Document, new: Document, *, is_answer: bool) -> Iterator[str]:
        for media_type, content in old.items():
            if media_type not in new:
                yield f"{where}: {media_type} removed"
                continue
            yield from self._schema(where, content["schema"], new[media_type]["schema"], is_answer=is_answer)

    def _schema(self, where: str, old: Document, new: Document, *, is_answer: bool) -> Iterator[str]:
        old, old_name = _resolve(old, self._old)
        new, new_name = _resolve(new, self._new)
        if old_name and new_name:
            if (old_name, new_name, is_answer) in self._seen:
                return
            self._seen.add((old_name, new_name, is_answer))
            where = old_name
        yield from self._kind(where, old, new)
        yield from self._properties(where, old, new, is_answer=is_answer)
        if "items" in old and "items" in new:
            yield from self._schema(f"{where}[]", old["items"], new["items"], is_answer=is_answer)
        yield from self._choices(where, old, new, is_answer=is_answer)

    @staticmethod
    def _kind(where: str, old: Document, new: Document) -> Iterator[str]:
        for aspect in ("type", "format"):
            if aspect in old and old[aspect] != new.get(aspect):
                yield f"{where}: {aspect} {old[aspect]} became {new.get(aspect)}"
        for value in _values(old):
            if value not in _values(new):
                yield f"{where}: value {value} removed"

    def _properties(self, where: str, old: Document, new: Document, *, is_answer: bool) -> Iterator[str]:
        before, after = old.get("properties", {}), new.get("properties", {})
        for name, schema in before.items():
            if name not in after:
                yield f"{where}.{name}: removed"
                continue
            yield from self._schema(f"{where}.{name}", schema, after[name], is_answer=is_answer)
        was, now = set(old.get("required", ())), set(new.get("required", ()))
        # An answer promises its required fields, a request asks for them.
        lost = (was - now) & after.keys() if is_answer else now - was
        for name in lost:
            yield f"{where}.{name}: {'no longer always there' if is_answer else 'now required'}"

    def _choices(self, where: str, old: Document, new: Document, *, is_answer: bool) -> Iterator[str]:
        before, after = _choices(old), _choices(new)
        for key, schema in before.items():
            if key in after:
                yield from self._schema(where, schema, after[key], is_answer=is_answer)
            elif not _accepts(new, key):
                yield f"{where}: no longer {key}"
        if is_answer and after and "null" in after and before and "null" not in before:
            yield f"{where}: can now be null"


def _resolve(schema: Document, document: Document) -> tuple[Document, str | None]:
    """Follow a reference; returns what it leads to and its name."""
    reference = schema.get("$ref")
    if reference is None:
        return schema, None
    found: Any = document
    for part in reference.removeprefix("#/").split("/"):
        found = found[part]
    return found, reference.rpartition("/")[2]


def _values(schema: Document) -> list[Any]:
    return list(schema.get("enum", [schema["const"]] if "const" in schema else []))


def _choices(schema: Document) -> dict[str, Document]:
    """Return the alternatives of a schema by what distinguishes them."""
    listed = [*schema.get("anyOf", ()), *schema.get("oneOf", ())]
    return {str(choice.get("$ref", "")).rpartition("/")[2] or str(choice.get("type")): choice for choice in listed}


def _accepts(schema: Document, kind: str) -> bool:
    return schema.get("type") == kind
