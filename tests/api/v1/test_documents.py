"""Documents over HTTP: heads, sections, questions, their order, and the version that goes with every change."""

from typing import Any
from uuid import uuid4

import httpx
from tests.application import ClientFor, SignedInClient
from tests.factories.documents import OPTIONS, create_document
from tests.refusals import Case, not_refused, pointers

from ticketdesk.bootstrap import Resources

DOCUMENTS = "/api/v1/documents"


def codes(document: dict[str, Any]) -> list[list[str]]:
    return [[section["code"], *(each["code"] for each in section["questions"])] for section in document["sections"]]


async def read(client: SignedInClient, path: str) -> dict[str, Any]:
    answer = await client.get(path)
    assert answer.status_code == 200, answer.text
    document: dict[str, Any] = answer.json()
    places = [section["position"] for section in document["sections"]]
    assert places == list(range(1, len(places) + 1))
    for section in document["sections"]:
        assert [each["position"] for each in section["questions"]] == list(range(1, len(section["questions"]) + 1))
    return document


def refusal(answer: httpx.Response) -> str:
    return f"{answer.status_code} {answer.json()['code']}"


async def test_a_document_is_made_read_changed_and_archived(client_for: ClientFor) -> None:
    agent = await client_for("agent", name="Ada")
    made = await agent.post(DOCUMENTS, json={"module": "vv", "title": "Payroll", "external_id": "r-1"})
    document = made.json()
    path = f"{DOCUMENTS}/{document['id']}"
    assert (made.status_code, made.headers["location"]) == (201, path)
    assert document["created_by"] == {"id": str(agent.person_id), "name": "Ada"}
    counts = [document[name] for name in ("version", "section_count", "question_count", "answered_count")]
    assert (counts, document["sections"], document["archived"]) == ([1, 0, 0, 0], [], False)
    changed = await agent.patch(path, json={"title": "Pay"}, headers={"If-Match": made.headers["etag"]})
    assert (changed.json()["title"], changed.json()["version"]) == ("Pay", 2)
    assert refusal(await agent.patch(path, json={"title": "x"}, headers={"If-Match": '"1"'})) == "412 stale_version"
    assert (await agent.patch(path, json={"title": "Pay"})).json()["version"] == 2
    archived = await agent.put(f"{path}/archive")
    assert (archived.json()["archived"], archived.json()["version"]) == (True, 3)
    assert (await agent.put(f"{path}/archive")).json()["version"] == 3
    for answer in (
        await agent.patch(path, json={"title": "x"}),
        await agent.post(f"{path}/sections", json={"title": "One"}),
    ):
        assert refusal(answer) == "409 document_archived"
    assert (await agent.delete(f"{path}/archive")).json()["archived"] is False


async def test_documents_are_found_by_module_words_and_whether_they_are_archived(
    client_for: ClientFor, resources: Resources
) -> None:
    auditor = await client_for("auditor")
    await create_document(resources, "vv", "Payroll", external_id="reg-17")
    await create_document(resources, "tom", "Access control")
    await create_document(resources, "audit", "Old audit", archived_at=resources.clock.now())

    async def found(**query: Any) -> list[str]:
        answer = await auditor.get(DOCUMENTS, params=query)
        assert answer.status_code == 200, answer.text
        return [item["title"] for item in answer.json()["items"]]

    assert await found() == ["Payroll", "Access control"]
    assert await found(sort="-created_at", limit=1) == ["Access control"]
    assert await found(module=["tom", "audit"]) == ["Access control"]
    assert await found(archived="true") == ["Old audit"]
    assert (await found(q="PAY"), await found(q="reg-1"), await found(q="%")) == (["Payroll"], ["Payroll"], [])
    (head,) = (await auditor.get(DOCUMENTS, params={"module": "vv"})).json()["items"]
    assert (head["section_count"], head["question_count"], "sections" in head) == (2, 8, False)


async def test_sections_and_questions_stand_where_they_are_put(client_for: ClientFor, resources: Resources) -> None:
    agent = await client_for("agent")
    made = await create_document(resources)
    path = f"{DOCUMENTS}/{made.id}"
    first = await agent.post(f"{path}/sections", json={"title": "First", "position": 1})
    assert (first.status_code, first.json()["code"], first.headers["etag"]) == (201, "S3", '"2"')
    questions = f"{path}/sections/{first.json()['id']}/questions"
    for code, position in (("b", None), ("c", 90), ("a", 1)):
        body = {"text": "?", "kind": "date", "code": code} | ({"position": position} if position else {})
        assert (await agent.post(questions, json=body)).status_code == 201
    unnamed = await agent.post(questions, json={"text": "And?", "kind": "number", "unit": "days", "position": 2})
    assert (unnamed.json()["code"], unnamed.json()["unit"], unnamed.json()["version"]) == ("Q12", "days", 1)
    rest = [["S1", "name", "purpose", "sensitive", "basis"], ["S2", "recipients", "retention", "reviewed", "evidence"]]
    assert codes(await read(agent, path)) == [["S3", "a", "Q12", "b", "c"], *rest]

    moved = f"{path}/questions/{made.questions['basis']}"
    await agent.patch(moved, json={"position": 1})
    assert codes(await read(agent, path))[1] == ["S1", "basis", "name", "purpose", "sensitive"]
    await agent.patch(moved, json={"section_id": str(made.sections[1]), "position": 2})
    await agent.patch(f"{path}/questions/{made.questions['name']}", json={"section_id": str(made.sections[1])})
    await agent.patch(f"{path}/sections/{made.sections[1]}", json={"position": 1})
    assert codes(await read(agent, path)) == [
        ["S2", "recipients", "basis", "retention", "reviewed", "evidence", "name"],
        ["S3", "a", "Q12", "b", "c"],
        ["S1", "purpose", "sensitive"],
    ]
    assert (await agent.delete(f"{path}/questions/{made.questions['retention']}")).status_code == 204
    assert (await agent.delete(f"{path}/sections/{made.sections[0]}")).status_code == 204
    left = await read(agent, path)
    assert codes(left) == [["S2", "recipients", "basis", "reviewed", "evidence", "name"], ["S3", "a", "Q12", "b", "c"]]
    for gone in (f"questions/{made.questions['purpose']}", f"sections/{made.sections[0]}"):
        assert refusal(await agent.patch(f"{path}/{gone}", json={"code": "x"})) == "404 not_found"


async def test_every_change_below_a_document_asks_for_its_version_and_raises_it(
    client_for: ClientFor, resources: Resources
) -> None:
    agent = await client_for("agent")
    made = await create_document(resources)
    path, section = f"{DOCUMENTS}/{made.id}", f"{DOCUMENTS}/{made.id}/sections/{made.sections[0]}"
    question = f"{path}/questions/{made.questions['name']}"
    changes: list[tuple[str, str, Any]] = [
        ("POST", f"{path}/sections", {"title": "New"}),
        ("PATCH", section, {"title": "Renamed"}),
        ("POST", f"{section}/questions", {"text": "?", "kind": "text"}),
        ("PATCH", question, {"text": "Otherwise?"}),
        ("DELETE", question, None),
        ("DELETE", section, None),
    ]
    version = 1
    for method, url, body in changes:
        stale = await agent.request(method, url, json=body, headers={"If-Match": f'"{version + 1}"'})
        assert refusal(stale) == "412 stale_version", f"{method} {url}"
        answer = await agent.request(method, url, json=body, headers={"If-Match": f'"{version}"'})
        assert answer.is_success, answer.text
        version += 1
        assert answer.headers["etag"] == f'"{version}"', f"{method} {url}"
        assert (await read(agent, path))["version"] == version


async def test_bad_input_is_refused_at_its_field(client_for: ClientFor, resources: Resources) -> None:
    agent = await client_for("agent")
    made = await create_document(resources, external_id="r-1")
    other = await create_document(resources, external_id="r-2")
    path = f"{DOCUMENTS}/{made.id}"
    heads: list[Case] = [
        ({"title": "x"}, "/module"),
        ({"module": "gdpr", "title": "x"}, "/module"),
        ({"module": "vv", "title": ""}, "/title"),
        ({"module": "vv", "title": "x\x00"}, "/title"),
        ({"module": "vv", "title": "x", "sections": []}, "/sections"),
        ({"module": "vv", "title": "x", "external_id": "r-1"}, "/external_id"),
    ]
    assert await not_refused(agent, "POST", DOCUMENTS, heads) == []
    assert await not_refused(agent, "PATCH", path, [({"external_id": "r-2"}, "/external_id")]) == []
    asked = {"text": "?", "kind": "text"}
    choice = {"text": "?", "kind": "single_choice"}
    questions: list[Case] = [
        ({"text": "?"}, "/kind"),
        (asked | {"kind": "essay"}, "/kind"),
        (asked | {"text": "x" * 2_001}, "/text"),
        (asked | {"options": OPTIONS}, "/options"),
        (asked | {"unit": "days"}, "/unit"),
        (asked | {"code": "basis"}, "/code"),
        (asked | {"position": 0}, "/position"),
        (choice, "/options"),
        (choice | {"options": []}, "/options"),
        (choice | {"options": [*OPTIONS, OPTIONS[0]]}, "/options/2/key"),
        (choice | {"options": [{"key": str(n), "label": "x"} for n in range(51)]}, "/options"),
        (choice | {"options": [{"key": "x" * 51, "label": "x"}]}, "/options/0/key"),
    ]
    assert await not_refused(agent, "POST", f"{path}/sections/{made.sections[0]}/questions", questions) == []
    patches: list[Case] = [
        ({"kind": "single_choice"}, "/options"),
        ({"kind": None}, "/kind"),
        ({"code": "basis"}, "/code"),
        ({"section_id": str(other.sections[0])}, "/section_id"),
        ({"section_id": str(uuid4())}, "/section_id"),
        ({"answer": "x"}, "/answer"),
    ]
    assert await not_refused(agent, "PATCH", f"{path}/questions/{made.questions['name']}", patches) == []
    assert pointers(await agent.post(f"{path}/sections", json={"title": "x", "code": "S1"})) == ["/code"]


async def test_a_document_holds_so_many_sections_and_questions(client_for: ClientFor, resources: Resources) -> None:
    agent = await client_for("agent")
    full: list[tuple[str, dict[str, Any]]] = [(f"{n}", {}) for n in range(199)]
    many = {f"q{n}": {"kind": "date", "text": "?"} for n in range(1000)}
    made = await create_document(resources, sections=[("0", many), *full])
    path = f"{DOCUMENTS}/{made.id}"
    section = await agent.post(f"{path}/sections", json={"title": "One more"})
    question = await agent.post(f"{path}/sections/{made.sections[1]}/questions", json={"text": "?", "kind": "text"})
    for answer, code in ((section, "too_many_sections"), (question, "too_many_questions")):
        assert pointers(answer) == [""]
        assert answer.json()["errors"][0]["code"] == code
