"""Compilations over HTTP: begun from nothing, from documents and from within them, edited, listed, archived."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest
from sqlalchemy import insert, update
from tests.application import ClientFor, FrozenClock, SignedInClient
from tests.factories.compilations import create_compilation
from tests.factories.documents import MadeDocument, add_section, create_document
from tests.factories.users import create_api_key

from ticketdesk.bootstrap import Resources
from ticketdesk.domain.actors import Actor, ActorKind
from ticketdesk.models.documents import document_questions, document_sections, documents
from ticketdesk.services import compilations as service

COMPILATIONS = "/api/v1/compilations"


@pytest.fixture
async def agent(client_for: ClientFor) -> SignedInClient:
    return await client_for("agent")


@pytest.fixture
async def document(resources: Resources) -> MadeDocument:
    return await create_document(resources)


async def begin(staff: httpx.AsyncClient, **fields: Any) -> dict[str, Any]:
    answer = await staff.post(COMPILATIONS, json={"name": "Yearly review", **fields})
    assert answer.status_code == 201, answer.text
    body: dict[str, Any] = answer.json()
    assert answer.headers["location"] == f"{COMPILATIONS}/{body['id']}"
    assert answer.headers["etag"].startswith('"1-')
    return body


async def refused(staff: httpx.AsyncClient, **source: Any) -> list[tuple[str, str]]:
    answer = await staff.post(COMPILATIONS, json={"name": "Yearly review", "source": source})
    assert answer.status_code == 422, answer.text
    return [(error["pointer"], error["code"]) for error in answer.json()["errors"]]


def asked(compilation: dict[str, Any]) -> list[list[str]]:
    return [[item["code"] for item in one["items"]] for one in compilation["questionnaires"]]


async def test_a_compilation_begins_empty(agent: SignedInClient) -> None:
    body = await begin(agent, description="For all processors")
    assert (await agent.get(f"{COMPILATIONS}/{body['id']}")).json() == body
    assert body["questionnaires"] == []
    assert (body["revision"], body["sent_revision"], body["archived"], body["version"]) == (1, None, False, 1)
    assert (body["questionnaire_count"], body["question_count"]) == (0, 0)
    assert body["created_by"]["id"] == str(agent.person_id)


async def test_a_whole_document_is_one_questionnaire_with_its_title(
    agent: SignedInClient, document: MadeDocument
) -> None:
    body = await begin(agent, source={"document_id": str(document.id)})
    (questionnaire,) = body["questionnaires"]
    assert (questionnaire["name"], questionnaire["position"]) == ("Payroll", 1)
    assert asked(body) == [list(document.questions)]
    item = questionnaire["items"][3]
    assert (item["position"], item["source"], item["kind"]) == (4, "current", "single_choice")
    assert (item["document_title"], item["section_title"], item["module"]) == ("Payroll", "Processing", "vv")
    assert (item["document_id"], item["section_id"]) == (str(document.id), str(document.sections[0]))
    assert [option["key"] for option in item["options"]] == ["contract", "consent"]


async def test_sections_and_questions_are_chosen_in_the_documents_order(
    agent: SignedInClient, document: MadeDocument
) -> None:
    source = {
        "document_id": str(document.id),
        "section_ids": [str(document.sections[1])],
        "question_ids": [str(document.questions[code]) for code in ("basis", "name")],
    }
    assert asked(await begin(agent, source=source)) == [
        ["name", "basis", "recipients", "retention", "reviewed", "evidence"]
    ]


async def test_what_cannot_be_chosen_is_named(
    agent: SignedInClient, document: MadeDocument, resources: Resources, clock: FrozenClock
) -> None:
    other = await create_document(resources, "tom", "Backups")
    empty = await add_section(resources, document)
    own, first = str(document.id), str(document.sections[0])
    name, theirs = str(document.questions["name"]), str(other.questions["name"])
    at = "/source/document_id"
    assert await refused(agent, document_id=str(uuid4())) == [(at, "unknown_reference")]
    assert await refused(agent, document_id=own, section_ids=[first, str(other.sections[0])]) == [
        ("/source/section_ids/1", "unknown_reference")
    ]
    assert await refused(agent, document_id=own, question_ids=[theirs, name]) == [
        ("/source/question_ids/0", "unknown_reference")
    ]
    assert await refused(agent, document_id=own, question_ids=[name, name]) == [("/source/question_ids/1", "duplicate")]
    assert await refused(agent, document_id=own, section_ids=[first], question_ids=[name]) == [
        ("/source/question_ids/0", "duplicate_question")
    ]
    assert await refused(agent, document_id=own, section_ids=[str(empty)]) == [
        ("/source/section_ids", "nothing_to_ask")
    ]
    async with resources.engine.begin() as connection:
        gone = update(document_questions).where(document_questions.c.id == document.questions["name"])
        await connection.execute(gone.values(removed_at=clock.now()))
        of_first = update(document_sections).where(document_sections.c.id == other.sections[0])
        await connection.execute(of_first.values(removed_at=clock.now()))
    assert await refused(agent, document_id=own, question_ids=[name]) == [
        ("/source/question_ids/0", "unknown_reference")
    ]
    body = await begin(agent, source={"document_id": str(other.id)})
    assert asked(body) == [["recipients", "retention", "reviewed", "evidence"]]
    async with resources.engine.begin() as connection:
        await connection.execute(update(documents).values(archived_at=clock.now()))
    assert await refused(agent, document_id=own) == [(at, "document_archived")]
    shown = (await agent.get(f"{COMPILATIONS}/{body['id']}")).json()
    assert {item["source"] for item in shown["questionnaires"][0]["items"]} == {"archived"}


async def test_questions_are_picked_by_who_may_read_documents(
    agent: SignedInClient, document: MadeDocument, resources: Resources, client_for: ClientFor
) -> None:
    _, key = await create_api_key(resources, agent.person_id, ["compilations:write", "compilations:read"])
    program = await client_for.bearing(key)
    await begin(program)
    answer = await program.post(COMPILATIONS, json={"name": "X", "source": {"document_id": str(document.id)}})
    assert (answer.status_code, answer.json()["required"]) == (403, "documents:read")


async def test_two_editors_do_not_overwrite_each_other(agent: SignedInClient, client_for: ClientFor) -> None:
    other = await client_for("lead")
    url = f"{COMPILATIONS}/{(await begin(agent))['id']}"
    seen = (await other.get(url)).headers["etag"]
    mine = await agent.patch(url, json={"name": "Mine"}, headers={"If-Match": seen})
    theirs = await other.patch(url, json={"name": "Theirs"}, headers={"If-Match": seen})
    assert (mine.status_code, theirs.status_code) == (200, 412)
    assert (mine.json()["name"], mine.json()["version"], mine.json()["revision"]) == ("Mine", 2, 1)
    again = await agent.patch(url, json={"name": "Mine"})
    assert again.json() == mine.json()
    unchanged = await agent.get(url, headers={"If-None-Match": mine.headers["etag"]})
    assert unchanged.status_code == 304


async def test_an_archived_compilation_is_read_only(agent: SignedInClient) -> None:
    body = await begin(agent)
    url = f"{COMPILATIONS}/{body['id']}"
    archived = (await agent.put(f"{url}/archive")).json()
    assert (archived["archived"], archived["version"]) == (True, 2)
    assert (await agent.put(f"{url}/archive")).json() == archived
    for answer in (
        await agent.patch(url, json={"name": "New"}),
        await agent.post(f"{url}/questionnaires", json={"name": "New"}),
    ):
        assert (answer.status_code, answer.json()["code"]) == (409, "compilation_archived")
    assert (await agent.delete(f"{url}/archive", headers={"If-Match": '"1"'})).status_code == 412
    assert (await agent.delete(f"{url}/archive")).json()["archived"] is False
    assert (await agent.patch(url, json={"name": "New"})).is_success


async def test_the_list_is_narrowed_and_paged(
    agent: SignedInClient, document: MadeDocument, resources: Resources, clock: FrozenClock
) -> None:
    for name in ("Yearly review", "Processors 2026", "Yearly audit"):
        clock.advance(timedelta(minutes=1))
        last = await begin(agent, name=name, source={"document_id": str(document.id)})

    async def names(**query: Any) -> list[str]:
        return [one["name"] for one in (await agent.get(COMPILATIONS, params=query)).json()["items"]]

    assert await names() == ["Yearly review", "Processors 2026", "Yearly audit"]
    assert await names(q="yearly", sort="-created_at") == ["Yearly audit", "Yearly review"]
    first = (await agent.get(COMPILATIONS, params={"limit": 2})).json()
    assert await names(limit=2, cursor=first["next_cursor"]) == ["Yearly audit"]
    assert first["items"][0]["question_count"] == 8
    await agent.put(f"{COMPILATIONS}/{last['id']}/archive")
    assert await names(q="yearly") == ["Yearly review"]
    assert await names(archived="true") == ["Yearly audit"]


async def test_what_was_sent_can_be_read_word_for_word(
    agent: SignedInClient, document: MadeDocument, resources: Resources
) -> None:
    body = await begin(agent, source={"document_id": str(document.id)})
    url = f"{COMPILATIONS}/{body['id']}"
    actor = Actor(ActorKind.USER, agent.person_id, "Ada")

    async def send() -> None:
        async with resources.unit_of_work() as uow:
            await service.freeze(uow, actor, body["id"])

    assert (await agent.get(f"{url}/revisions")).json()["items"] == []
    assert (await agent.get(f"{url}/revisions/1")).status_code == 404
    await send()
    async with resources.engine.begin() as connection:
        await connection.execute(update(documents).values(title="Payroll 2026"))
    changed = (await agent.get(url)).json()
    assert (changed["revision"], changed["sent_revision"]) == (1, 1)
    assert {item["source"] for item in changed["questionnaires"][0]["items"]} == {"changed"}
    await send()
    listed = (await agent.get(f"{url}/revisions", params={"limit": 1})).json()
    rest = (await agent.get(f"{url}/revisions", params={"limit": 1, "cursor": listed["next_cursor"]})).json()
    assert [one["revision"] for one in (*listed["items"], *rest["items"])] == [1, 2]
    assert rest["next_cursor"] is None
    first, second = [(await agent.get(f"{url}/revisions/{number}")).json() for number in (1, 2)]
    assert first["created_by"]["id"] == str(agent.person_id)
    titles = [one["questionnaires"][0]["questions"][0]["document_title"] for one in (first, second)]
    assert titles == ["Payroll", "Payroll 2026"]
    assert [question["text"] for question in first["questionnaires"][0]["questions"]] == [
        item["text"] for item in body["questionnaires"][0]["items"]
    ]
    assert (await agent.get(f"{url}/revisions/2147483648")).status_code == 422
    assert (await agent.get(f"{COMPILATIONS}/{uuid4()}/revisions")).status_code == 404


async def test_a_document_larger_than_a_compilation_is_refused_whole(
    agent: SignedInClient, document: MadeDocument, resources: Resources
) -> None:
    now = resources.clock.now()
    row = {"document_id": document.id, "section_id": document.sections[1], "text": "?", "kind": "text", "position": 9}
    ids = [uuid4() for _ in range(996)]
    rows = [row | {"id": each, "code": f"X{each}", "created_at": now, "updated_at": now} for each in ids]
    async with resources.engine.begin() as connection:
        await connection.execute(insert(document_questions), rows)
    assert await refused(agent, document_id=str(document.id)) == [("/source/document_id", "too_many_questions")]
    assert (await agent.get(COMPILATIONS)).json()["items"] == []
    almost = await create_compilation(resources, agent.person_id, {"All": ids, "More": []})
    url = f"{COMPILATIONS}/{almost.id}/questionnaires/{almost.questionnaires[1]}/items"
    assert (await agent.post(url, json={"section_id": str(document.sections[0])})).status_code == 201
    more = await agent.post(url, json={"question_id": str(document.questions["recipients"])})
    errors = [(error["pointer"], error["code"]) for error in more.json()["errors"]]
    assert errors == [("/question_id", "too_many_questions")]
