"""Questionnaires over HTTP: named and ordered, with questions put in one by one, by section and by document."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select, update
from tests.application import ClientFor, SignedInClient
from tests.factories.compilations import MadeCompilation, create_compilation
from tests.factories.documents import MadeDocument, add_section, create_document

from ticketdesk.bootstrap import Resources
from ticketdesk.domain.actors import Actor, ActorKind
from ticketdesk.models.compilations import questionnaires
from ticketdesk.models.documents import document_questions, documents
from ticketdesk.services import compilations as service

PROCESSING = ["name", "purpose", "sensitive", "basis"]
STORAGE = ["recipients", "retention", "reviewed", "evidence"]


@pytest.fixture
async def agent(client_for: ClientFor) -> SignedInClient:
    return await client_for("agent")


@pytest.fixture
async def document(resources: Resources) -> MadeDocument:
    return await create_document(resources)


@pytest.fixture
async def made(resources: Resources, agent: SignedInClient, document: MadeDocument) -> MadeCompilation:
    of = document.questions
    asked = {"First": [of["name"], of["basis"]], "Second": [of["name"]], "Third": []}
    return await create_compilation(resources, agent.person_id, asked)


def url_of(made: MadeCompilation, place: int | None = None, rest: str = "") -> str:
    own = f"/{made.questionnaires[place]}" if place is not None else ""
    return f"/api/v1/compilations/{made.id}/questionnaires{own}{rest}"


def names(compilation: dict[str, Any]) -> list[str]:
    assert [one["position"] for one in compilation["questionnaires"]] == [
        1 + n for n in range(len(compilation["questionnaires"]))
    ]
    return [one["name"] for one in compilation["questionnaires"]]


def asked(compilation: dict[str, Any], place: int = 0) -> list[str]:
    items = compilation["questionnaires"][place]["items"]
    assert [item["position"] for item in items] == [1 + n for n in range(len(items))]
    return [item["code"] for item in items]


async def test_questionnaires_are_added_moved_and_renamed(agent: SignedInClient, made: MadeCompilation) -> None:
    added = await agent.post(url_of(made), json={"name": "New", "instructions": "Ask IT.", "position": 2})
    assert added.status_code == 201
    assert names(added.json()) == ["First", "New", "Second", "Third"]
    assert names((await agent.post(url_of(made), json={"name": "Last"})).json())[-1] == "Last"
    moved = (await agent.patch(url_of(made, 2), json={"position": 1, "name": "Now first"})).json()
    assert names(moved) == ["Now first", "First", "New", "Second", "Last"]
    assert (moved["version"], moved["revision"]) == (4, 1)
    assert (await agent.patch(url_of(made, 2), json={"position": 1})).json() == moved
    assert names((await agent.patch(url_of(made, 2), json={"position": 50})).json())[-1] == "Now first"


async def test_a_removed_questionnaire_keeps_its_row(
    agent: SignedInClient, made: MadeCompilation, resources: Resources
) -> None:
    left = (await agent.delete(url_of(made, 1))).json()
    assert (names(left), left["question_count"], left["questionnaire_count"]) == (["First", "Third"], 2, 2)
    async with resources.engine.connect() as connection:
        row = select(questionnaires.c.removed_at).where(questionnaires.c.id == made.questionnaires[1])
        assert await connection.scalar(row) == resources.clock.now()
    for answer in (
        await agent.delete(url_of(made, 1)),
        await agent.patch(url_of(made, 1), json={"name": "Back"}),
        await agent.post(url_of(made, 1, "/items"), json={"question_id": str(uuid4())}),
    ):
        assert answer.status_code == 404


async def test_questions_sections_and_documents_are_put_in(
    agent: SignedInClient, made: MadeCompilation, document: MadeDocument, resources: Resources
) -> None:
    url = url_of(made, 1, "/items")
    one = await agent.post(url, json={"question_id": str(document.questions["basis"]), "position": 1})
    assert one.status_code == 201
    assert asked(one.json(), 1) == ["basis", "name"]
    section = (await agent.post(url, json={"section_id": str(document.sections[1]), "position": 2})).json()
    assert asked(section, 1) == ["basis", *STORAGE, "name"]
    measures = await create_document(resources, "tom", "Backups")
    whole = (await agent.post(url, json={"document_id": str(measures.id)})).json()
    assert asked(whole, 1) == ["basis", *STORAGE, "name", *PROCESSING, *STORAGE]
    modules = {item["module"] for item in whole["questionnaires"][1]["items"]}
    assert (modules, asked(whole), whole["version"]) == ({"vv", "tom"}, ["name", "basis"], 4)


async def test_a_question_is_in_a_questionnaire_once(
    agent: SignedInClient, made: MadeCompilation, document: MadeDocument
) -> None:
    before = (await agent.get(f"/api/v1/compilations/{made.id}")).json()
    for kind, source_id, texts in (
        ("question", document.questions["name"], ["What is the processing called?"]),
        ("section", document.sections[0], ["What is the processing called?", "On what legal basis?"]),
        ("document", document.id, ["What is the processing called?", "On what legal basis?"]),
    ):
        answer = await agent.post(url_of(made, 0, "/items"), json={f"{kind}_id": str(source_id)})
        errors = answer.json()["errors"]
        assert {(error["pointer"], error["code"]) for error in errors} == {(f"/{kind}_id", "duplicate_question")}
        assert [error["detail"].partition(": ")[2] for error in errors] == texts
    assert (await agent.get(f"/api/v1/compilations/{made.id}")).json() == before


async def test_what_cannot_be_picked_is_refused(
    agent: SignedInClient, made: MadeCompilation, document: MadeDocument, resources: Resources
) -> None:
    async def refusal(**body: Any) -> tuple[str, str]:
        answer = await agent.post(url_of(made, 2, "/items"), json={name: str(one) for name, one in body.items()})
        assert answer.status_code == 422, answer.text
        (error,) = answer.json()["errors"]
        return error["pointer"], error["code"]

    for kind in ("question", "section", "document"):
        assert await refusal(**{f"{kind}_id": uuid4()}) == (f"/{kind}_id", "unknown_reference")
    assert await refusal() == ("", "one_source")
    assert await refusal(question_id=uuid4(), section_id=uuid4()) == ("", "one_source")
    empty = await add_section(resources, document)
    assert await refusal(section_id=empty) == ("/section_id", "nothing_to_ask")
    removed = document.questions["purpose"]
    async with resources.engine.begin() as connection:
        of_one = update(document_questions).where(document_questions.c.id == removed)
        await connection.execute(of_one.values(removed_at=resources.clock.now()))
    assert await refusal(question_id=removed) == ("/question_id", "source_removed")
    async with resources.engine.begin() as connection:
        await connection.execute(update(documents).values(archived_at=resources.clock.now()))
    for body in ({"question_id": document.questions["name"]}, {"document_id": document.id}):
        assert (await refusal(**body))[1] == "document_archived"


async def test_items_are_put_in_order_by_naming_all(agent: SignedInClient, made: MadeCompilation) -> None:
    url, (name, basis) = url_of(made, 0, "/items"), [str(item) for item in made.items[0]]
    turned = (await agent.put(url, json={"item_ids": [basis, name]})).json()
    assert (asked(turned), turned["version"]) == (["basis", "name"], 2)
    assert (await agent.put(url, json={"item_ids": [basis, name]})).json() == turned
    other = await agent.put(url, json={"item_ids": [basis, str(made.items[1][0])]})
    assert [(error["pointer"], error["code"]) for error in other.json()["errors"]] == [
        ("/item_ids/1", "unknown_reference"),
        ("/item_ids", "incomplete"),
    ]


async def test_an_item_is_taken_out_of_its_questionnaire(agent: SignedInClient, made: MadeCompilation) -> None:
    name, basis = made.items[0]
    assert (await agent.delete(url_of(made, 1, f"/items/{name}"))).status_code == 404
    left = (await agent.delete(url_of(made, 0, f"/items/{name}"))).json()
    assert (asked(left), asked(left, 1), left["version"]) == (["basis"], ["name"], 2)
    assert (await agent.delete(url_of(made, 0, f"/items/{name}"))).status_code == 404
    again = await agent.post(
        url_of(made, 0, "/items"), json={"question_id": left["questionnaires"][1]["items"][0]["question_id"]}
    )
    assert asked(again.json()) == ["basis", "name"]
    assert again.json()["questionnaires"][0]["items"][0]["id"] == str(basis)


async def test_each_change_after_a_sending_is_of_the_next_revision(
    agent: SignedInClient, made: MadeCompilation, resources: Resources
) -> None:
    await agent.delete(url_of(made, 2))
    changes = (
        ("PATCH", url_of(made, 0), {"instructions": "Ask the buyer."}),
        ("PUT", url_of(made, 0, "/items"), {"item_ids": [str(item) for item in reversed(made.items[0])]}),
        ("DELETE", url_of(made, 0, f"/items/{made.items[0][0]}"), None),
        ("DELETE", url_of(made, 1), None),
    )
    for revision, (method, url, body) in enumerate(changes, 1):
        async with resources.unit_of_work() as uow:
            frozen = await service.freeze(uow, Actor(ActorKind.USER, agent.person_id, "Ada"), made.id)
        assert frozen.revision == revision
        changed = (await agent.request(method, url, json=body)).json()
        assert (changed["revision"], changed["sent_revision"]) == (revision + 1, revision)


async def test_of_two_editors_at_once_one_is_told(
    agent: SignedInClient, client_for: ClientFor, made: MadeCompilation, document: MadeDocument
) -> None:
    other = await client_for("lead")
    seen = {"If-Match": (await agent.get(f"/api/v1/compilations/{made.id}")).headers["etag"]}
    body = {"section_id": str(document.sections[1])}
    answers = await asyncio.gather(
        agent.post(url_of(made, 2, "/items"), json=body, headers=seen),
        other.post(url_of(made, 2, "/items"), json=body, headers=seen),
    )
    assert sorted(answer.status_code for answer in answers) == [201, 412]
    assert asked((await agent.get(f"/api/v1/compilations/{made.id}")).json(), 2) == STORAGE


async def test_a_compilation_has_so_many_questionnaires(agent: SignedInClient, resources: Resources) -> None:
    full = await create_compilation(resources, agent.person_id, {f"Part {n}": [] for n in range(50)})
    answer = await agent.post(url_of(full), json={"name": "One more"})
    errors = [(error["pointer"], error["code"]) for error in answer.json()["errors"]]
    assert (answer.status_code, errors) == (422, [("/name", "too_many_questionnaires")])
