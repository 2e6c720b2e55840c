"""What a client of the last release would miss in this one: a comparison of two OpenAPI documents."""

from collections.abc import Iterator
from typing import Any

from tests.contracts.schema_compatibility import Document, SchemaComparison, resolve

METHODS = ("get", "put", "post", "patch", "delete")


def breaking_changes(old: Document, new: Document) -> list[str]:
    """Name everything in ``old`` that ``new`` took away or asks for in addition; empty when clients can stay."""
    return sorted(set(_Comparison(old, new).all()))


class _Comparison:
    def __init__(self, old: Document, new: Document) -> None:
        self._old = old
        self._new = new
        self._schemas = SchemaComparison(old, new)

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
        yield from self._access(where, old, new)
        yield from self._parameters(where, old, new)
        yield from self._request(where, old, new)
        yield from self._responses(where, old, new)

    @staticmethod
    def _access(where: str, old: Document, new: Document) -> Iterator[str]:
        before, after = old.get("x-permission"), new.get("x-permission")
        if new.get("security") and not old.get("security"):
            yield f"{where}: now needs a credential"
        elif before is not None and after not in {before, None}:
            yield f"{where}: permission {before} became {after}"

    def _parameters(self, where: str, old: Document, new: Document) -> Iterator[str]:
        before, after = self._by_name(old, self._old), self._by_name(new, self._new)
        for key, parameter in before.items():
            if key not in after:
                yield f"{where}: parameter {key[1]} removed"
                continue
            schemas = parameter["schema"], after[key]["schema"]
            yield from self._schemas.changes(f"{where} {key[1]}", *schemas, is_answer=False)
        for key, parameter in after.items():
            was_required = before.get(key, {}).get("required", False)
            if parameter.get("required", False) and not was_required:
                yield f"{where}: parameter {key[1]} now required"

    @staticmethod
    def _by_name(operation: Document, document: Document) -> dict[tuple[str, str], Document]:
        resolved = [resolve(parameter, document)[0] for parameter in operation.get("parameters", [])]
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
            yield from self._content(where, before, after, is_answer=False)

    def _responses(self, where: str, old: Document, new: Document) -> Iterator[str]:
        for status, response in old["responses"].items():
            if not status.startswith("2"):
                continue
            if status not in new["responses"]:
                yield f"{where}: answer {status} removed"
                continue
            after = new["responses"][status]
            for header in response.get("headers", {}).keys() - after.get("headers", {}).keys():
                yield f"{where} {status}: header {header} removed"
            yield from self._content(f"{where} {status}", response, after, is_answer=True)

    def _content(self, where: str, old: Document, new: Document, *, is_answer: bool) -> Iterator[str]:
        after: dict[str, Any] = new.get("content", {})
        for media_type, content in old.get("content", {}).items():
            if media_type not in after:
                yield f"{where}: {media_type} removed"
                continue
            schemas = content["schema"], after[media_type]["schema"]
            yield from self._schemas.changes(where, *schemas, is_answer=is_answer)
