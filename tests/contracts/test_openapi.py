"""The committed contract is the program's, is well-formed and reads well."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator
from tests.contract import COMMITTED, CONTEXTS, CONTRACT
from tests.contracts.compatibility import METHODS

from ticketdesk.api import openapi
from ticketdesk.api.openapi_examples import REQUEST_EXAMPLES
from ticketdesk.api.openapi_responses import WITHOUT_ADDRESS
from ticketdesk.api.openapi_tags import TAGS
from ticketdesk.api.v1 import ROUTERS

Operation = dict[str, Any]


@pytest.fixture(scope="module")
def contract() -> dict[str, Any]:
    return CONTRACT


def operations(contract: dict[str, Any]) -> Iterator[tuple[str, str, Operation]]:
    for path, item in contract["paths"].items():
        for method in METHODS:
            if method in item:
                yield method.upper(), path, item[method]


def test_the_committed_file_is_the_programs_contract() -> None:
    assert COMMITTED.read_bytes() == openapi.render(openapi.document(CONTEXTS)), "run: make openapi"


def test_the_document_is_made_the_same_each_time() -> None:
    again = openapi.document(openapi.collect(ROUTERS))
    assert COMMITTED.read_bytes() == openapi.render(again)


def test_the_document_is_valid(contract: dict[str, Any]) -> None:
    errors = [
        f"{list(error.absolute_path)}: {error.message}" for error in OpenAPIV31SpecValidator(contract).iter_errors()
    ]
    assert errors == []
    assert contract["openapi"].startswith("3.1.")


def test_every_operation_reads_well(contract: dict[str, Any]) -> None:
    for method, path, operation in operations(contract):
        where = f"{method} {path}"
        assert re.fullmatch(r"[A-Z].*[^.]", operation["summary"]), where
        assert len(operation["tags"]) == 1, where
        assert openapi.OPERATION_ID.fullmatch(operation["operationId"]), where
        assert all("description" in response or "$ref" in response for response in operation["responses"].values())


def test_operation_ids_are_unique(contract: dict[str, Any]) -> None:
    ids = [operation["operationId"] for _, _, operation in operations(contract)]
    assert sorted(set(ids)) == sorted(ids)


def test_every_tag_is_described(contract: dict[str, Any]) -> None:
    used = {tag for _, _, operation in operations(contract) for tag in operation["tags"]}
    assert used - TAGS.keys() == set(), "describe it in api/openapi_tags.py"
    assert [tag["name"] for tag in contract["tags"]] == [name for name in TAGS if name in used]


def test_no_schema_has_twins_or_leftovers(contract: dict[str, Any]) -> None:
    names = contract["components"]["schemas"].keys()
    assert [name for name in names if re.search(r"-Input$|-Output$|__|^Body_|PageSchema|ValidationError", name)] == []


def test_every_schema_is_used(contract: dict[str, Any]) -> None:
    text = json.dumps(contract)
    unused = [name for name in contract["components"]["schemas"] if f'"#/components/schemas/{name}"' not in text]
    assert unused == []


# What an export gives is what an import takes, where what is empty may be left out.
FILES = {"DocumentFile", "FileSection", "FileQuestion", "FileAnswer", "QuestionOption"}


def test_fields_of_answers_are_always_there(contract: dict[str, Any]) -> None:
    schemas = contract["components"]["schemas"]
    for name in sorted(_answered(contract) - {"Problem"} - FILES):
        schema = schemas[name]
        assert set(schema.get("properties", {})) == set(schema.get("required", [])), name


def _answered(contract: dict[str, Any]) -> set[str]:
    """Return the names of the object schemas that answers are made of."""
    answers = [operation["responses"] for _, _, operation in operations(contract)]
    open_names, found = _references(answers), set[str]()
    while open_names:
        name = open_names.pop()
        found.add(name)
        open_names |= _references(contract["components"]["schemas"][name]) - found
    return found


def _references(part: object) -> set[str]:
    return set(re.findall(r'"#/components/schemas/([^"]+)"', json.dumps(part)))


def test_dates_are_told_by_their_names(contract: dict[str, Any]) -> None:
    properties = [
        found for schema in contract["components"]["schemas"].values() for found in schema.get("properties", {}).items()
    ]
    # What lists several says so by its own name.
    dates = {name for name, shape in properties if '"date"' in json.dumps(shape) and shape.get("type") != "array"}
    assert [name for name in dates if not name.endswith("_on")] == []
    for name, shape in properties:
        assert not name.endswith("_on") or '"date"' in json.dumps(shape), name


def test_inputs_are_closed(contract: dict[str, Any]) -> None:
    for method, path, operation in operations(contract):
        content = operation.get("requestBody", {}).get("content", {})
        for name in _references(content.get("application/json", {})):
            schema = contract["components"]["schemas"][name]
            if schema.get("type") == "object":
                assert schema.get("additionalProperties") is False, f"{method} {path}: {name} takes unknown fields"


def test_problems_follow_from_the_route(contract: dict[str, Any]) -> None:
    for method, path, operation in operations(contract):
        given = set(operation["responses"])
        where = f"{method} {path}"
        assert {"414", "422", "503"} <= given, where
        if operation["security"]:
            assert {"401", "403"} <= given, where
        if "{" in path:
            assert {"404", "422"} <= given, where
        if "requestBody" in operation:
            assert {"400", "413", "415", "422"} <= given, where
        names = {parameter.get("name") for parameter in operation.get("parameters", [])}
        assert ("412" in given) == ("If-Match" in names), where
        assert ("304" in given) == ("If-None-Match" in names), where


def test_problems_are_problem_documents(contract: dict[str, Any]) -> None:
    problems = contract["components"]["responses"]
    for method, path, operation in operations(contract):
        for status, response in operation["responses"].items():
            if status[0] in "45":
                content = problems[response["$ref"].rpartition("/")[2]]["content"]
                assert list(content) == ["application/problem+json"], f"{method} {path} {status}"
    schema = {"$ref": "#/components/schemas/Problem", "components": contract["components"]}
    for response in problems.values():
        Draft202012Validator(schema).validate(response["content"]["application/problem+json"]["example"])


def test_every_post_takes_a_key(contract: dict[str, Any]) -> None:
    for method, path, operation in operations(contract):
        has_key = {"$ref": "#/components/parameters/Idempotency-Key"} in operation.get("parameters", [])
        assert has_key == (method == "POST"), f"{method} {path}"
        if has_key:
            [success] = (response for status, response in operation["responses"].items() if status.startswith("2"))
            assert "Idempotent-Replayed" in success["headers"], path
            assert {"409", "422"} <= set(operation["responses"]), path


def test_created_objects_say_where_they_are(contract: dict[str, Any]) -> None:
    created = {
        operation["operationId"]: response["headers"].keys()
        for _, _, operation in operations(contract)
        for status, response in operation["responses"].items()
        if status in {"201", "202"}
    }
    assert {name for name, headers in created.items() if "Location" not in headers} == WITHOUT_ADDRESS


def test_every_answer_carries_the_requests_id(contract: dict[str, Any]) -> None:
    components = contract["components"]["responses"].values()
    own = [r for _, _, operation in operations(contract) for r in operation["responses"].values() if "$ref" not in r]
    assert all("X-Request-ID" in response["headers"] for response in [*components, *own])


@pytest.mark.parametrize("operation_id", REQUEST_EXAMPLES)
def test_examples_fit_their_schemas(contract: dict[str, Any], operation_id: str) -> None:
    [operation] = [found for _, _, found in operations(contract) if found["operationId"] == operation_id]
    content = operation["requestBody"]["content"]["application/json"]
    assert content["example"] == REQUEST_EXAMPLES[operation_id]
    schema = {**content["schema"], "components": contract["components"]}
    Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER).validate(content["example"])


@pytest.mark.parametrize("operation_id", ["create_session", "create_ticket", "transition_ticket", "create_dispatch"])
def test_the_main_operations_have_examples(operation_id: str) -> None:
    assert operation_id in REQUEST_EXAMPLES


def test_patterns_escape_only_what_both_dialects_escape(contract: dict[str, Any]) -> None:
    """Clients compile them by ECMA-262 with the flag ``u``, which refuses any other escape."""
    for pattern in _patterns(contract):
        escapes = set(re.findall(r"\\(.)", pattern))
        assert escapes <= set(r"^$\.*+?()[]{}|/") | set("dDsSwWbBtnvfrxu"), pattern


def _patterns(part: object) -> set[str]:
    return {json.loads(found) for found in re.findall(r'"pattern": ("(?:[^"\\]|\\.)*")', json.dumps(part))}
