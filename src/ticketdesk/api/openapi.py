"""The contract: one OpenAPI 3.1 document, made from the routes and nothing else, the same every time."""

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from fastapi import APIRouter
from fastapi.openapi.utils import get_openapi
from fastapi.routing import RouteContext, iter_route_contexts
from pydantic import TypeAdapter

from ticketdesk.api import openapi_responses as answers
from ticketdesk.api.deps import Permitted, Public, declared_access
from ticketdesk.api.idempotency import HEADER, MAX_KEY_LENGTH
from ticketdesk.api.openapi_examples import REQUEST_EXAMPLES
from ticketdesk.api.openapi_tags import TAGS
from ticketdesk.api.routing import METHODS_WITH_BODY
from ticketdesk.schemas.base import Problem

PREFIX = "/api/v1"
DESCRIPTION = """Requests to named persons: sent once, chased, answered through a link, verified and proved.

Every request carries `Authorization: Bearer` with an access token, an API key or the token of a portal session, except
where `security` is empty. Errors are problem documents with a stable `code`. Lists go on with `next_cursor`. POST takes
an `Idempotency-Key`, and PATCH is a merge-patch."""
SCHEME = "bearer"
OPERATION_ID = re.compile(r"[a-z]+(_[a-z0-9]+)+")
_PAGE_NAME = re.compile(r"PageSchema_(\w+)_")


class UndeclaredAccess(RuntimeError):  # noqa: N818 - exceptions here name the fact
    """A route says neither which permission it needs nor that it is public."""


def collect(routers: Iterable[APIRouter]) -> tuple[RouteContext, ...]:
    """Return all routes under the version's prefix.

    Raises ``UndeclaredAccess`` unless each declares its access, ``ValueError`` for two of the same name.
    """
    version = APIRouter(prefix=PREFIX)
    for router in routers:
        version.include_router(router)
    contexts = tuple(iter_route_contexts(version.routes))
    seen: set[str] = set()
    for context in contexts:
        if declared_access(context.dependant) is None:
            raise UndeclaredAccess(f"{context.path_format} ({context.name}) declares no access.")
        if context.include_in_schema and (context.name in seen or not OPERATION_ID.fullmatch(str(context.name))):
            raise ValueError(f"{context.name!r} is no operation id: it must be a unique verb_noun.")
        seen.add(str(context.name))
    return contexts


def document(contexts: Iterable[RouteContext]) -> dict[str, Any]:
    """Return the contract for ``contexts``."""
    shown = [context for context in contexts if context.include_in_schema]
    contract = get_openapi(
        title="Ticketdesk",
        version="1",
        openapi_version="3.1.0",
        description=DESCRIPTION,
        license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
        servers=[{"url": "/", "description": "this server"}],
        routes=shown,
    )
    for context in shown:
        for method in sorted(context.methods or ()):
            _complete(contract["paths"][context.path_format][method.lower()], context, method)
    used = {tag for context in shown for tag in context.tags}
    contract["tags"] = [{"name": name, "description": text} for name, text in TAGS.items() if name in used]
    _complete_components(contract.setdefault("components", {}))
    return _with_page_names(contract)


def render(contract: Mapping[str, Any]) -> bytes:
    """Return the document as it is committed and served."""
    return (json.dumps(contract, indent=2, ensure_ascii=False) + "\n").encode()


def _complete(operation: dict[str, Any], context: RouteContext, method: str) -> None:
    """Add to one operation what its route implies."""
    access = declared_access(context.dependant)
    operation["operationId"] = context.name
    if isinstance(access, Permitted):
        operation["security"] = [{SCHEME: []}]
        operation["x-permission"] = access.permission.value
    elif isinstance(access, Public):
        operation["security"] = []
        operation["x-public"] = access.reason
    parameters = operation.setdefault("parameters", [])
    for parameter in parameters:
        _tidy_parameter(parameter)
    if method == "POST" and isinstance(access, Permitted):
        parameters.append({"$ref": f"#/components/parameters/{HEADER}"})
    if not parameters:
        del operation["parameters"]
    _add_responses(operation, context, method)
    _add_example(operation)


def _tidy_parameter(parameter: dict[str, Any]) -> None:
    """Write header names as people do, and leave out titles that repeat the name."""
    if parameter["in"] == "header":
        parameter["name"] = "-".join(part.capitalize() for part in parameter["name"].split("-"))
    parameter["schema"].pop("title", None)


def _traits(operation: Mapping[str, Any], context: RouteContext, method: str) -> answers.Traits:
    parameters = operation.get("parameters", [])
    content = operation.get("requestBody", {}).get("content", {})
    has_body = bool(content) and method in METHODS_WITH_BODY
    return answers.Traits(
        method=method,
        is_open=isinstance(declared_access(context.dependant), Public),
        has_path_parameters=any(parameter.get("in") == "path" for parameter in parameters),
        has_body=has_body,
        takes_json="application/json" in content,
        takes=has_body or bool(parameters),
        has_condition=any(parameter.get("name") == "If-Match" for parameter in parameters),
    )


def _add_responses(operation: dict[str, Any], context: RouteContext, method: str) -> None:
    responses = operation["responses"]
    own_input_error = 422 in (context.responses or {})
    if not own_input_error:
        # The framework's own shape, which this API never answers with.
        responses.pop("422", None)
    for status, response in responses.items():
        if status.startswith("2"):
            response["headers"] = {**_success_headers(operation, method), **response.get("headers", {})}
    if any(parameter.get("name") == "If-None-Match" for parameter in operation.get("parameters", [])):
        responses["304"] = {"description": "Nothing has changed.", "headers": answers.header_refs("ETag")}
    refs = answers.problem_refs(answers.problem_statuses(_traits(operation, context, method)))
    operation["responses"] = dict(sorted({**refs, **responses}.items()))


def _success_headers(operation: Mapping[str, Any], method: str) -> dict[str, Any]:
    names = {parameter.get("name") for parameter in operation.get("parameters", [])}
    wanted = []
    if names & {"If-Match", "If-None-Match"}:
        wanted.append("ETag")
    if "cursor" in names:
        wanted.append("Link")
    if method == "POST" and operation["responses"].keys() & {"201", "202"}:
        wanted.append("Location")
    if any("Idempotency" in parameter.get("$ref", "") for parameter in operation.get("parameters", [])):
        wanted.append("Idempotent-Replayed")
    return answers.header_refs(*wanted)


def _add_example(operation: dict[str, Any]) -> None:
    example = REQUEST_EXAMPLES.get(operation["operationId"])
    if example is not None:
        operation["requestBody"]["content"]["application/json"]["example"] = example


def _complete_components(components: dict[str, Any]) -> None:
    schemas = components.setdefault("schemas", {})
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    problem = TypeAdapter(Problem).json_schema(mode="serialization", ref_template="#/components/schemas/{model}")
    schemas.update(problem.pop("$defs", {}))
    schemas["Problem"] = problem
    components["schemas"] = dict(sorted(schemas.items()))
    components["responses"] = answers.problem_components()
    components["headers"] = dict(answers.HEADERS)
    components["parameters"] = {HEADER: _key_parameter()}
    components["securitySchemes"] = {
        SCHEME: {
            "type": "http",
            "scheme": "bearer",
            "description": "An access token (15 minutes), an API key (`td_…`), or the token of a portal session.",
        }
    }


def _key_parameter() -> dict[str, Any]:
    return {
        "name": HEADER,
        "in": "header",
        "description": "Any text of your own, one per change: the same key with the same body gets the stored answer "
        "for 24 hours, so that a request whose answer was lost can be sent again.",
        "schema": {"type": "string", "minLength": 1, "maxLength": MAX_KEY_LENGTH, "pattern": "^[ -~]+$"},
    }


def _with_page_names(contract: dict[str, Any]) -> dict[str, Any]:
    """Name the pages of lists as generated clients should call them: ``ContactPage``, not ``PageSchema_Contact_``."""
    renamed = _PAGE_NAME.sub(r"\1Page", json.dumps(contract))
    result: dict[str, Any] = json.loads(re.sub(r"PageSchema\[(\w+)\]", r"\1Page", renamed))
    return result
