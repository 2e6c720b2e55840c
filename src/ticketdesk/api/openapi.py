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
from ticketdesk.api.calls import METHODS_WITH_BODY
from ticketdesk.api.content_types import offers_types
from ticketdesk.api.deps import Permitted, Public, declared_access
from ticketdesk.api.etags import ENTITY_TAGS, ENTITY_TAGS_FORMAT, IF_NONE_MATCH
from ticketdesk.api.idempotency import HEADER, MAX_KEY_LENGTH
from ticketdesk.api.openapi_examples import REQUEST_EXAMPLES
from ticketdesk.api.openapi_tags import TAGS
from ticketdesk.api.rate_limits import declared_limit
from ticketdesk.domain.permissions import Role, granted
from ticketdesk.schemas.base import Problem

DESCRIPTION = """Requests to named persons: sent once, chased, answered through a link, verified and proved.

Every request carries `Authorization: Bearer` with an access token, an API key or the token of a portal session, except
where `security` is empty. Errors are problem documents with a stable `code`. Lists go on with `next_cursor`. POST takes
an `Idempotency-Key`, and PATCH is a merge-patch."""
SCHEME = "bearer"
OPERATION_ID = re.compile(r"[a-z]+(_[a-z0-9]+)+")
CONDITIONS = frozenset({"If-Match", IF_NONE_MATCH})
_ENTITY_TAGS = {"pattern": ENTITY_TAGS, "format": ENTITY_TAGS_FORMAT, "examples": ['"3"']}
_SUCCESSES = {"200": "Done.", "201": "Created.", "202": "Accepted.", "204": "Done; there is nothing to show."}


class UndeclaredAccess(RuntimeError):
    """A route says neither which permission it needs nor that it is public."""


def collect(routers: Iterable[APIRouter]) -> tuple[RouteContext, ...]:
    """Return all routes.

    Raises ``UndeclaredAccess`` unless each declares its access, ``ValueError`` for two of the same name.
    """
    contexts = tuple(context for router in routers for context in iter_route_contexts(router.routes))
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
        contact={"name": "The people who run this server"},
        license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
        servers=[{"url": "/", "description": "this server"}],
        routes=shown,
    )
    for context in shown:
        for method in sorted(context.methods or ()):
            _complete(contract["paths"][context.path_format][method.lower()], context, method)
    for operations in contract["paths"].values():
        for method, operation in operations.items():
            _document_tags(method, operation, contract["components"]["schemas"])
    used = {tag for context in shown for tag in context.tags}
    contract["tags"] = [{"name": name, "description": text} for name, text in TAGS.items() if name in used]
    _complete_components(contract.setdefault("components", {}))
    return _in_markdown(contract)


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
    if method == "POST":
        parameters.append({"$ref": f"#/components/parameters/{HEADER}"})
    if not parameters:
        del operation["parameters"]
    _add_responses(operation, context, method)
    _add_example(operation)


def _tidy_parameter(parameter: dict[str, Any]) -> None:
    """Write header names as people do, and say nothing twice; an optional parameter is left out, never ``null``."""
    if parameter["in"] == "header":
        parameter["name"] = "-".join(part.capitalize() for part in parameter["name"].split("-"))
    schema = parameter["schema"]
    for repeated in ("title", "description"):
        schema.pop(repeated, None)
    if parameter["name"] in CONDITIONS:
        schema |= _ENTITY_TAGS
    choices = [choice for choice in schema.get("anyOf", ()) if choice != {"type": "null"}]
    if len(choices) == 1:
        del schema["anyOf"]
        schema.update(choices[0])


def _traits(operation: Mapping[str, Any], context: RouteContext, method: str) -> answers.Traits:
    parameters = operation.get("parameters", [])
    has_body, access = "requestBody" in operation, declared_access(context.dependant)
    return answers.Traits(
        method=method,
        is_open=isinstance(access, Public),
        is_inside=isinstance(access, Permitted) and access.permission not in granted(Role.GUEST),
        may_send=method in METHODS_WITH_BODY,
        has_path_parameters=any(parameter.get("in") == "path" for parameter in parameters),
        has_body=has_body,
        has_condition="If-Match" in _parameter_names(operation),
        is_limited=declared_limit(context.dependant) is not None,
        has_types=offers_types(context.dependant),
        has_range="Range" in _parameter_names(operation),
    )


def _parameter_names(operation: Mapping[str, Any]) -> set[str]:
    """Return the names of an operation's parameters, shared ones by their component's name."""
    parameters = operation.get("parameters", [])
    return {parameter.get("name") or parameter["$ref"].rpartition("/")[2] for parameter in parameters}


def _add_responses(operation: dict[str, Any], context: RouteContext, method: str) -> None:
    responses = operation["responses"]
    own_input_error = 422 in (context.responses or {})
    if not own_input_error:
        # The framework's own shape, which this API never answers with.
        responses.pop("422", None)
    traits = _traits(operation, context, method)
    for status, response in responses.items():
        if status.startswith("2"):
            if response["description"] == "Successful Response":
                response["description"] = _SUCCESSES[status]
            response["headers"] = {**_success_headers(operation, traits, status), **response.get("headers", {})}
    refs = answers.problem_refs(answers.problem_statuses(traits))
    operation["responses"] = dict(sorted({**refs, **responses}.items()))


def _success_headers(operation: Mapping[str, Any], traits: answers.Traits, status: str) -> dict[str, Any]:
    names = _parameter_names(operation)
    has_address = operation["operationId"] not in answers.WITHOUT_ADDRESS
    wanted = {
        "Link": "cursor" in names,
        "Location": has_address and status in {"201", "202"},
        "Idempotent-Replayed": HEADER in names,
        "Vary": traits.has_types,
        **dict.fromkeys(answers.RATE_LIMIT_FIELDS, traits.is_limited),
    }
    return answers.header_refs(*(name for name, is_given in wanted.items() if is_given))


def _document_tags(method: str, operation: dict[str, Any], schemas: Mapping[str, Any]) -> None:
    """Say which answers have an ``ETag``: those that show a version, and those of routes that say so themselves.

    What is read with one can be asked for again with ``If-None-Match``.
    """
    responses = operation["responses"]
    for status in responses.keys() & {"200", "201"}:
        if _shows_version(responses[status], schemas):
            responses[status]["headers"] |= answers.header_refs("ETag")
    if method != "get" or "ETag" not in responses["200"]["headers"]:
        return
    if IF_NONE_MATCH not in _parameter_names(operation):
        operation.setdefault("parameters", []).append(_known_parameter())
    kept = [name for name in ("ETag", *answers.RATE_LIMIT_FIELDS) if name in responses["200"]["headers"]]
    not_modified = {"description": "Nothing has changed.", "headers": answers.header_refs(*kept)}
    operation["responses"] = dict(sorted({**responses, "304": not_modified}.items()))


def _shows_version(response: Mapping[str, Any], schemas: Mapping[str, Any]) -> bool:
    """Tell whether the body has the version of what it shows, or of the document that it shows a part of."""
    schema = response.get("content", {}).get("application/json", {}).get("schema", {})
    shown = schemas.get(schema.get("$ref", "").rpartition("/")[2], {}).get("properties", {})
    return bool(shown.keys() & {"version", "document_version"})


def _known_parameter() -> dict[str, Any]:
    return {
        "name": IF_NONE_MATCH,
        "in": "header",
        "required": False,
        "description": "`ETag` of the version that the caller has",
        "schema": {"type": "string", **_ENTITY_TAGS},
    }


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
    for schema in schemas.values():
        _drop_titles(schema)
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


def _drop_titles(schema: dict[str, Any]) -> None:
    """Leave out the titles that repeat a property's name."""
    for part in schema.get("properties", {}).values():
        part.pop("title", None)
        _drop_titles(part)


def _key_parameter() -> dict[str, Any]:
    return {
        "name": HEADER,
        "in": "header",
        "description": "Any text of your own, one per change: the same key with the same body gets the stored answer "
        "for 24 hours, so that a request whose answer was lost can be sent again.",
        "schema": {"type": "string", "minLength": 1, "maxLength": MAX_KEY_LENGTH, "pattern": "^[ -~]+$"},
    }


def _in_markdown(contract: dict[str, Any]) -> dict[str, Any]:
    """Turn the double backquotes of docstrings into Markdown's single ones, which descriptions are written in."""
    result: dict[str, Any] = json.loads(json.dumps(contract).replace("``", "`"))
    return result
