"""Documents go out as files and come in again, in JSON and YAML, all of it or nothing."""

import json
from importlib import resources as packages
from typing import Any

import httpx
import pytest
from tests.application import ClientFor, FrozenClock, SignedInClient
from tests.factories.documents import OPTIONS, create_document
from tests.refusals import Case, not_refused, pointers

from ticketdesk.bootstrap import Resources
from ticketdesk.domain.documents import Module

DOCUMENTS = "/api/v1/documents"
IMPORT = f"{DOCUMENTS}/import"
YAML = {"Content-Type": "application/yaml"}


def file(**fields: Any) -> dict[str, Any]:
    questions = [
        {"code": "q1", "text": "Name?", "kind": "text", "answer": {"value": "Payroll", "answered_by": "Ida"}},
        {"code": "q2", "text": "Basis?", "kind": "single_choice", "options": OPTIONS, "answer": {"value": "consent"}},
        {"code": "q3", "text": "How long?", "kind": "number", "unit": "months"},
    ]
    sections = [{"code": "s1", "title": "One", "questions": questions}, {"code": "s2", "title": "Two"}]
    head = {"format": "ticketdesk.document/1", "module": "vv", "title": "Payroll", "external_id": "r-1"}
    return head | {"sections": sections} | fields


async def exported(client: SignedInClient, document: dict[str, Any], media: str = "application/json") -> httpx.Response:
    answer = await client.get(f"{DOCUMENTS}/{document['id']}/export", headers={"Accept": media})
    assert (answer.status_code, answer.headers["content-type"]) == (200, media), answer.text
    return answer


async def imported(client: SignedInClient, body: Any) -> dict[str, Any]:
    answer = await client.post(IMPORT, json=body)
    assert answer.status_code == 200, answer.text
    document: dict[str, Any] = answer.json()
    return document


def questions(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {each["code"]: each for section in document["sections"] for each in section["questions"]}


@pytest.mark.parametrize("module", Module)
async def test_the_registers_of_the_demo_go_in_and_come_out_as_they_were(client_for: ClientFor, module: Module) -> None:
    agent = await client_for("agent")
    text = (packages.files("ticketdesk.demo") / "registers" / f"{module}.yaml").read_bytes()
    first = await agent.post(IMPORT, content=text, headers=YAML)
    assert (first.status_code, first.headers["location"]) == (200, f"{DOCUMENTS}/{first.json()['id']}")
    assert len(first.json()["sections"]) == 3
    assert 10 <= first.json()["question_count"] <= 15
    assert 0 < first.json()["answered_count"] < first.json()["question_count"]
    out = await exported(agent, first.json(), "application/yaml")
    again = await agent.post(IMPORT, content=out.content, headers=YAML)
    assert (again.status_code, again.json()["version"]) == (200, first.json()["version"])
    as_json = (await exported(agent, first.json())).json()
    copy = await imported(agent, as_json | {"external_id": f"{module}-copy"})
    assert (await exported(agent, copy)).json() == as_json | {"external_id": f"{module}-copy"}


async def test_a_document_becomes_what_the_file_says(client_for: ClientFor, clock: FrozenClock) -> None:
    agent = await client_for("agent", name="Ada")
    first = await imported(agent, file())
    before = questions(first)
    assert (before["q1"]["answered_by"], before["q2"]["answered_by"], before["q2"]["answer"]) == (
        "Ida",
        "Ada",
        "consent",
    )
    await agent.post(f"{DOCUMENTS}/{first['id']}/sections", json={"title": "Not in the file"})
    moved = [
        {"code": "q3", "text": "How long?", "kind": "number", "unit": "years", "answer": {"value": 6}},
        {"code": "q2", "text": "Basis?", "kind": "single_choice", "options": OPTIONS[:1]},
        {"code": "q4", "text": "Since when?", "kind": "date", "answer": {"value": "2020-02-29"}},
    ]
    sections = [{"code": "s2", "title": "Two", "questions": moved}, {"code": "s1", "title": "Renamed"}]
    second = await imported(agent, file(title="Pay", sections=sections))
    after = questions(second)
    assert (second["id"], second["title"], [each["code"] for each in second["sections"]]) == (
        first["id"],
        "Pay",
        ["s2", "s1"],
    )
    assert list(after) == ["q3", "q2", "q4"]
    assert [(after[code]["id"], after[code]["version"]) for code in ("q2", "q3")] == [
        (before["q2"]["id"], 2),
        (before["q3"]["id"], 2),
    ]
    # An answer that is none any more is taken back, and leaves a trace.
    assert (after["q2"]["answer"], after["q2"]["answer_version"]) == (None, 2)
    assert (after["q3"]["answer"], after["q4"]["answer"], second["question_count"]) == (6, "2020-02-29", 3)


async def test_what_is_wrong_with_a_file_is_named_and_nothing_is_changed(
    client_for: ClientFor, resources: Resources
) -> None:
    agent = await client_for("agent")
    before = await imported(agent, file())
    q = {"code": "x", "text": "?", "kind": "text"}

    def asking(*asked: dict[str, Any]) -> dict[str, Any]:
        return file(sections=[{"code": "s", "title": "One", "questions": list(asked)}])

    at = "/sections/0/questions/0"
    cases: list[Case] = [
        (file(format="ticketdesk.document/2"), "/format"),
        (file(module="tom"), "/module"),
        (file(id="x"), "/id"),
        (file(sections=[{"title": "One"}]), "/sections/0/code"),
        (file(sections=[{"code": "s", "title": "1"}, {"code": "s", "title": "2"}]), "/sections/1/code"),
        (asking(q, q), "/sections/0/questions/1/code"),
        (asking(q | {"code": None}), f"{at}/code"),
        (asking(q | {"unit": "days"}), f"{at}/unit"),
        (asking(q | {"kind": "single_choice"}), f"{at}/options"),
        (asking(q | {"answer": {"value": 7}}), f"{at}/answer/value"),
        (asking(q | {"answer": {}}), f"{at}/answer/value"),
        (asking(q | {"kind": "date", "answer": {"value": "2026-02-30"}}), f"{at}/answer/value"),
        (asking(q | {"kind": "file", "answer": {"value": ["x"]}}), f"{at}/answer/value"),
        (asking(q | {"answer": {"value": "a", "answered_at": "yesterday"}}), f"{at}/answer/answered_at"),
    ]
    assert await not_refused(agent, "POST", IMPORT, cases) == []
    many = [{"code": f"{n}", "title": "?", "questions": [q | {"code": f"{n}-{m}"} for m in range(501)]} for n in (1, 2)]
    assert pointers(await agent.post(IMPORT, json=file(sections=many))) == ["/sections"]
    assert (await agent.get(f"{DOCUMENTS}/{before['id']}")).json() == before
    await agent.put(f"{DOCUMENTS}/{before['id']}/archive")
    assert (await agent.post(IMPORT, json=file())).json()["code"] == "document_archived"


async def test_parts_without_codes_get_them_on_the_first_import(client_for: ClientFor) -> None:
    agent = await client_for("agent")
    asked = [
        {"text": "One?", "kind": "text"},
        {"text": "Two?", "kind": "text", "code": "Q3"},
        {"text": "3", "kind": "date"},
    ]
    made = await imported(agent, file(external_id=None, sections=[{"title": "A", "questions": asked}]))
    assert ([each["code"] for each in made["sections"]], list(questions(made))) == (["S1"], ["Q2", "Q3", "Q4"])


async def test_a_type_that_is_neither_is_refused(client_for: ClientFor, resources: Resources) -> None:
    agent = await client_for("agent")
    made = await create_document(resources)
    refused = await agent.get(f"{DOCUMENTS}/{made.id}/export", headers={"Accept": "text/csv"})
    assert (refused.status_code, refused.json()["code"]) == (406, "not_acceptable")
    for kind in ("text/plain", "application/yaml; charset=latin-1", ""):
        answer = await agent.post(IMPORT, content=json.dumps(file()), headers={"Content-Type": kind})
        assert (answer.status_code, answer.headers["accept"]) == (415, "application/json, application/yaml")
    wrong = await agent.post(IMPORT, content="format: [", headers=YAML)
    assert (wrong.status_code, wrong.json()["code"]) == (400, "malformed_yaml")
    assert pointers(await agent.post(IMPORT, content="{}", headers=YAML)) == ["/format", "/module", "/title"]


async def test_files_of_answers_stay_behind(client_for: ClientFor, resources: Resources) -> None:
    agent = await client_for("agent")
    asked = {"kind": "file", "text": "Attach it.", "answer": ["0199a1b2-7c3d-7e4f-8a5b-6c7d8e9f0a1b"]}
    made = await create_document(resources, sections=[("One", {"evidence": asked})])
    out = (await exported(agent, {"id": made.id})).json()
    assert out["sections"][0]["questions"] == [{"code": "evidence", "text": "Attach it.", "kind": "file"}]
