import copy
from collections.abc import Callable
from typing import Any

import pytest
from tests.contracts.compatibility import breaking_changes

Document = dict[str, Any]

BASE: Document = {
    "paths": {
        "/tickets": {
            "get": {
                "operationId": "list_tickets",
                "x-permission": "tickets:read",
                "parameters": [
                    {"name": "status", "in": "query", "schema": {"$ref": "#/components/schemas/Status"}},
                    {"$ref": "#/components/parameters/Key"},
                ],
                "responses": {
                    "200": {
                        "headers": {"Link": {}},
                        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Page"}}},
                    },
                    "404": {"$ref": "#/components/responses/NotFound"},
                },
            },
            "post": {
                "operationId": "create_ticket",
                "security": [],
                "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Create"}}}},
                "responses": {
                    "201": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Ticket"}}}}
                },
            },
        }
    },
    "components": {
        "parameters": {"Key": {"name": "Idempotency-Key", "in": "header", "schema": {"type": "string"}}},
        "responses": {"NotFound": {}},
        "schemas": {
            "Status": {"type": "string", "enum": ["new", "closed"]},
            "Ticket": {
                "type": "object",
                "required": ["id", "status", "parent"],
                "properties": {
                    "id": {"type": "string", "format": "uuid"},
                    "status": {"$ref": "#/components/schemas/Status"},
                    "parent": {"anyOf": [{"$ref": "#/components/schemas/Ticket"}, {"type": "null"}]},
                    "note": {"anyOf": [{"type": "string"}, {"type": "integer"}]},
                    "facts": {"type": "object", "additionalProperties": {"type": "string"}},
                },
            },
            "Page": {
                "type": "object",
                "required": ["items"],
                "properties": {"items": {"type": "array", "items": {"$ref": "#/components/schemas/Ticket"}}},
            },
            "Create": {
                "type": "object",
                "required": ["title"],
                "properties": {
                    "title": {"type": "string", "maxLength": 200},
                    "kind": {"const": "corrective"},
                    "person": {"anyOf": [{"type": "string", "format": "uuid"}, {"type": "string"}, {"type": "null"}]},
                },
            },
        },
    },
}
LIST = ("paths", "/tickets", "get")
POST = ("paths", "/tickets", "post")
SCHEMAS = ("components", "schemas")
TICKET = (*SCHEMAS, "Ticket", "properties")
CREATE = (*SCHEMAS, "Create", "properties")


def at(document: Document, *path: str) -> Any:
    for part in path:
        document = document[part]
    return document


Change = Callable[[Document], object]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda d: at(d, "paths").pop("/tickets"), ["GET /tickets: removed", "POST /tickets: removed"]),
        (lambda d: at(d, "paths", "/tickets").pop("get"), ["GET /tickets: removed"]),
        (
            lambda d: at(d, *LIST).update(operationId="get_tickets"),
            ["GET /tickets: renamed from list_tickets to get_tickets"],
        ),
        (lambda d: at(d, *LIST)["parameters"].pop(0), ["GET /tickets: parameter status removed"]),
        (lambda d: at(d, *LIST)["parameters"].pop(1), ["GET /tickets: parameter idempotency-key removed"]),
        (
            lambda d: at(d, *LIST)["parameters"].append(
                {"name": "q", "in": "query", "required": True, "schema": {"type": "string"}}
            ),
            ["GET /tickets: parameter q now required"],
        ),
        (
            lambda d: at(d, "components", "parameters", "Key").update(required=True),
            ["GET /tickets: parameter idempotency-key now required"],
        ),
        (lambda d: at(d, *SCHEMAS, "Status")["enum"].remove("closed"), ["Status: value closed removed"]),
        (lambda d: at(d, *SCHEMAS, "Ticket", "properties").pop("id"), ["Ticket.id: removed"]),
        (lambda d: at(d, *SCHEMAS, "Ticket")["required"].remove("id"), ["Ticket.id: no longer always there"]),
        (
            lambda d: at(d, *SCHEMAS, "Ticket", "properties", "id").update(type="integer"),
            ["Ticket.id: type string became integer"],
        ),
        (
            lambda d: at(d, *SCHEMAS, "Ticket", "properties", "id").pop("format"),
            ["Ticket.id: format uuid became None"],
        ),
        (
            lambda d: at(d, *SCHEMAS, "Ticket", "properties", "note")["anyOf"].append({"type": "null"}),
            ["Ticket.note: can now be null"],
        ),
        (
            lambda d: at(d, *SCHEMAS, "Ticket", "properties", "note")["anyOf"].pop(),
            ["Ticket.note: no longer integer"],
        ),
        (lambda d: at(d, *SCHEMAS, "Create")["required"].append("kind"), ["Create.kind: now required"]),
        (lambda d: at(d, *SCHEMAS, "Create", "properties").pop("kind"), ["Create.kind: removed"]),
        (
            lambda d: at(d, *SCHEMAS, "Create", "properties", "kind").update(const="support"),
            ["Create.kind: value corrective removed"],
        ),
        (lambda d: at(d, *POST).pop("requestBody"), ["POST /tickets: body no longer taken"]),
        (lambda d: at(d, *POST, "requestBody").update(required=True), ["POST /tickets: body now required"]),
        (
            lambda d: at(d, *POST, "responses").update({"200": at(d, *POST, "responses").pop("201")}),
            ["POST /tickets: answer 201 removed"],
        ),
        (
            lambda d: at(d, *LIST, "responses", "200", "content").update(
                {"text/csv": at(d, *LIST, "responses", "200", "content").pop("application/json")}
            ),
            ["GET /tickets 200: application/json removed"],
        ),
        (
            lambda d: at(d, *LIST, "responses", "200", "headers").pop("Link"),
            ["GET /tickets 200: header Link removed"],
        ),
        (
            lambda d: at(d, *LIST).update({"x-permission": "tickets:write"}),
            ["GET /tickets: permission tickets:read became tickets:write"],
        ),
        (lambda d: at(d, *POST).update(security=[{"bearer": []}]), ["POST /tickets: now needs a credential"]),
        (
            lambda d: at(d, *CREATE, "title").update(maxLength=100),
            ["Create.title: maxLength 200 became 100"],
        ),
        (lambda d: at(d, *CREATE, "title").update(minLength=1), ["Create.title: minLength None became 1"]),
        (lambda d: at(d, *CREATE, "title").update(pattern="^a$"), ["Create.title: pattern None became ^a$"]),
        (lambda d: at(d, *CREATE, "title").update(format="email"), ["Create.title: format None became email"]),
        (lambda d: at(d, *CREATE, "title").update(enum=["a", "b"]), ["Create.title: now only a, b"]),
        (lambda d: at(d, *CREATE, "person")["anyOf"].pop(), ["Create.person: no longer null"]),
        (lambda d: at(d, *SCHEMAS, "Create").update(additionalProperties=False), ["Create: no longer any other field"]),
        (
            lambda d: at(d, *TICKET, "facts", "additionalProperties").update(type="integer"),
            ["Ticket.facts.*: type string became integer"],
        ),
        (lambda d: at(d, *SCHEMAS, "Status").pop("enum"), ["Status: no longer only new, closed"]),
        (
            lambda d: at(d, *TICKET).update(status={"anyOf": [at(d, *TICKET, "status"), {"type": "null"}]}),
            ["Ticket.status: can now be null"],
        ),
    ],
)
def test_names_what_a_client_would_miss(change: Change, expected: list[str]) -> None:
    new = copy.deepcopy(BASE)
    change(new)
    assert breaking_changes(BASE, new) == expected


@pytest.mark.parametrize(
    "change",
    [
        lambda d: None,
        lambda d: at(d, "paths").update({"/more": {"get": {"operationId": "x", "responses": {}}}}),
        lambda d: at(d, *LIST)["parameters"].append({"name": "q", "in": "query", "schema": {"type": "string"}}),
        lambda d: at(d, *LIST, "responses").pop("404"),
        lambda d: at(d, *SCHEMAS, "Status")["enum"].append("open"),
        lambda d: at(d, *SCHEMAS, "Ticket", "properties").update(number={"type": "integer"}),
        lambda d: at(d, *SCHEMAS, "Ticket")["required"].append("note"),
        lambda d: at(d, *SCHEMAS, "Create", "properties").update(q={"type": "string"}),
        lambda d: at(d, *SCHEMAS, "Create")["required"].remove("title"),
        lambda d: at(d, *SCHEMAS, "Create", "properties", "kind").update(enum=["corrective", "support"]),
        lambda d: at(d, *CREATE, "title").update(maxLength=300),
        lambda d: at(d, *CREATE).update(title={"anyOf": [at(d, *CREATE, "title"), {"type": "null"}]}),
        lambda d: at(d, *CREATE, "person")["anyOf"].pop(0),
        lambda d: at(d, *TICKET, "note").update(maxLength=9),
        lambda d: at(d, *LIST).pop("x-permission"),
    ],
)
def test_lets_additions_pass(change: Change) -> None:
    new = copy.deepcopy(BASE)
    change(new)
    assert breaking_changes(BASE, new) == []
