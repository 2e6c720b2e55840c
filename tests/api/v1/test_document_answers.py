"""Answers that staff give in a document itself, and the history that they make with the question."""

from typing import Any

import pytest
from tests.application import ClientFor, FrozenClock, SignedInClient
from tests.factories.documents import MadeDocument, create_document
from tests.refusals import Case, not_refused

from ticketdesk.bootstrap import Resources
from ticketdesk.repositories.base import new_id

DOCUMENTS = "/api/v1/documents"


@pytest.fixture
async def agent(client_for: ClientFor) -> SignedInClient:
    return await client_for("agent", name="Ada")


@pytest.fixture
async def document(resources: Resources, agent: SignedInClient) -> MadeDocument:
    return await create_document(resources, created_by_id=agent.person_id)


def path(document: MadeDocument, code: str) -> str:
    return f"{DOCUMENTS}/{document.id}/questions/{document.questions[code]}"


async def history(client: SignedInClient, document: MadeDocument, code: str, **query: Any) -> dict[str, Any]:
    answer = await client.get(f"{path(document, code)}/history", params=query)
    assert answer.status_code == 200, answer.text
    page: dict[str, Any] = answer.json()
    return page


@pytest.mark.parametrize(
    ("code", "value", "kept"),
    [
        ("name", "Payroll", "Payroll"),
        ("purpose", "Two\r\nlines", "Two\nlines"),
        ("sensitive", "not_applicable", "not_applicable"),
        ("basis", "consent", "consent"),
        ("recipients", ["consent", "contract"], ["contract", "consent"]),
        ("retention", 12.0, 12),
        ("reviewed", "2026-02-28", "2026-02-28"),
    ],
)
async def test_every_kind_but_files_is_answered_in_the_document(
    agent: SignedInClient, document: MadeDocument, code: str, value: Any, kept: Any
) -> None:
    answer = await agent.put(f"{path(document, code)}/answer", json={"value": value})
    assert answer.status_code == 200, answer.text
    shown = answer.json()
    assert (shown["answer"], shown["answer_version"], shown["version"], shown["answered_by"]) == (kept, 1, 1, "Ada")
    whole = (await agent.get(f"{DOCUMENTS}/{document.id}")).json()
    assert (whole["version"], whole["answered_count"]) == (2, 1)
    taken_back = (await agent.put(f"{path(document, code)}/answer", json={"value": None})).json()
    assert (taken_back["answer"], taken_back["answer_version"]) == (None, 2)


async def test_what_does_not_fit_is_refused(agent: SignedInClient, document: MadeDocument) -> None:
    unfit: dict[str, list[Any]] = {
        "name": [7, "", "Two\nlines", ["a"]],
        "sensitive": ["perhaps"],
        "basis": ["moon", ["consent"]],
        "retention": ["12"],
        "reviewed": ["2026-02-30"],
        "evidence": [[str(new_id())], "file"],
    }
    for code, values in unfit.items():
        cases: list[Case] = [({"value": value}, "/value") for value in values]
        assert await not_refused(agent, "PUT", f"{path(document, code)}/answer", cases) == []
    others: list[Case] = [({}, "/value"), ({"value": "x", "note": "y"}, "/note")]
    assert await not_refused(agent, "PUT", f"{path(document, 'name')}/answer", others) == []
    assert (await history(agent, document, "name"))["items"][1:] == []


async def test_an_answer_is_for_the_version_of_the_document_that_was_read(
    agent: SignedInClient, document: MadeDocument
) -> None:
    answer, body = f"{path(document, 'name')}/answer", {"value": "Payroll"}
    read = (await agent.get(f"{DOCUMENTS}/{document.id}")).headers["etag"]
    first = await agent.put(answer, json=body, headers={"If-Match": read})
    assert (first.status_code, first.headers["etag"]) == (200, '"2"')
    assert (await agent.put(answer, json=body, headers={"If-Match": read})).status_code == 412
    assert (await agent.put(answer, json=body, headers={"If-Match": '"2"'})).status_code == 200
    assert (await agent.put(f"{DOCUMENTS}/{document.id}/archive")).is_success
    refused = await agent.put(answer, json=body)
    assert (refused.status_code, refused.json()["code"]) == (409, "document_archived")


async def test_the_history_has_every_version_of_question_and_answer_in_their_order(
    agent: SignedInClient, document: MadeDocument, clock: FrozenClock
) -> None:
    put = f"{path(document, 'name')}/answer"
    assert (await agent.put(put, json={"value": "Payroll"})).is_success
    assert (await agent.patch(path(document, "name"), json={"text": "What is it called?"})).is_success
    assert (await agent.put(put, json={"value": "Pensions"})).is_success
    assert (await agent.delete(path(document, "name"))).is_success
    page = await history(agent, document, "name", limit=3)
    rest = await history(agent, document, "name", limit=3, cursor=page["next_cursor"])
    found = page["items"] + rest["items"]
    # All in one moment: questions first, then answers, each by their versions.
    shown = [(each["kind"], each["version"], (each["question"] or each["answer"])) for each in found]
    assert [(kind, version) for kind, version, _ in shown] == [
        ("question", 1),
        ("question", 2),
        ("answer", 1),
        ("answer", 2),
    ]
    assert [content["text"] for _, _, content in shown[:2]] == ["What is the processing called?", "What is it called?"]
    assert shown[3][2] == {
        "value": "Pensions",
        "answered_by": "Ada",
        "answered_at": "2026-03-02T15:00:00Z",
        "ticket_id": None,
    }
    assert {each["by"]["name"] for each in found} == {"Ada"}
    assert rest["next_cursor"] is None
    other = f"{DOCUMENTS}/{new_id()}/questions/{document.questions['name']}"
    assert (await agent.get(f"{other}/history")).status_code == 404
    assert (await agent.put(f"{other}/answer", json={"value": "x"})).status_code == 404
