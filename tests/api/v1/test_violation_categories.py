"""The reporting taxonomy over HTTP."""

import asyncio
from uuid import uuid4

from tests.application import ClientFor
from tests.factories.tickets import create_ticket
from tests.refusals import Case, not_refused, pointers

from ticketdesk.bootstrap import Resources
from ticketdesk.models.tickets import tickets

CATEGORIES = "/api/v1/violation-categories"
LICENCE = {"name": "Missing licence number", "regulation": "12 CFR 1026.36(g)", "description": "Line one\nLine two"}


async def test_a_category_is_created_read_and_changed(client_for: ClientFor) -> None:
    lead = await client_for("lead")
    answer = await lead.post(CATEGORIES, json=LICENCE)
    created = answer.json()
    assert (answer.status_code, answer.headers["etag"][:3]) == (201, '"1-')
    times = {"created_at": "2026-03-02T15:00:00Z", "updated_at": "2026-03-02T15:00:00Z"}
    assert created == LICENCE | times | {"id": created["id"], "is_active": True, "version": 1}
    path = answer.headers["location"]
    assert (await lead.get(path)).json() == created
    changed = await lead.patch(path, json={"is_active": False, "description": None})
    assert changed.json() == created | {"is_active": False, "description": None, "version": 2}
    assert (await lead.patch(path, json={"is_active": False})).headers["etag"] == changed.headers["etag"]
    late = await lead.patch(path, json={"name": "Late"}, headers={"If-Match": '"1"'})
    assert (late.status_code, late.json()["code"]) == (412, "stale_version")


async def test_a_name_belongs_to_one_category(client_for: ClientFor) -> None:
    lead = await client_for("lead")
    await lead.post(CATEGORIES, json=LICENCE)
    other = (await lead.post(CATEGORIES, json=LICENCE | {"name": "Other"})).headers["location"]
    for answer in (await lead.post(CATEGORIES, json=LICENCE), await lead.patch(other, json={"name": LICENCE["name"]})):
        assert (pointers(answer), answer.json()["errors"][0]["code"]) == (["/name"], "name_taken")
    assert (await lead.get(other)).json()["name"] == "Other"


async def test_of_many_who_want_one_name_one_gets_it(client_for: ClientFor) -> None:
    lead = await client_for("lead")
    other = (await lead.post(CATEGORIES, json=LICENCE | {"name": "Other"})).headers["location"]
    wanted = [lead.post(CATEGORIES, json=LICENCE) for _ in range(5)]
    answers = await asyncio.gather(*wanted, lead.patch(other, json={"name": LICENCE["name"]}))
    assert sorted(answer.status_code for answer in answers)[1:] == [422] * 5
    names = [one["name"] for one in (await lead.get(CATEGORIES)).json()["items"]]
    assert names.count(LICENCE["name"]) == 1


async def test_categories_are_narrowed_and_paged(client_for: ClientFor) -> None:
    lead = await client_for("lead")
    paths = [
        (await lead.post(CATEGORIES, json=LICENCE | {"name": f"Category {n}"})).headers["location"] for n in range(4)
    ]
    await lead.patch(paths[1], json={"is_active": False})
    for query, found in {
        "": "0123",
        "&is_active=true": "023",
        "&is_active=false": "1",
        "&sort=-created_at": "3210",
    }.items():
        names: list[str] = []
        cursor: str | None = ""
        while cursor is not None:
            page = (await lead.get(f"{CATEGORIES}?limit=2{query}{cursor}")).json()
            names += [one["name"] for one in page["items"]]
            cursor = f"&cursor={page['next_cursor']}" if page["next_cursor"] else None
        assert (query, names) == (query, [f"Category {n}" for n in found])


BAD: list[Case] = [
    (LICENCE | {"name": "a\x00"}, "/name"),
    (LICENCE | {"name": "\ud800"}, None),
    (LICENCE | {"name": "x" * 201}, "/name"),
    (LICENCE | {"regulation": ""}, "/regulation"),
    (LICENCE | {"regulation": None}, "/regulation"),
    (LICENCE | {"description": "\x1b[2J"}, "/description"),
    (LICENCE | {"description": 7}, "/description"),
    (LICENCE | {"colour": "red"}, "/colour"),
]


async def test_bad_input_is_refused_at_its_field(client_for: ClientFor) -> None:
    lead = await client_for("lead")
    path = (await lead.post(CATEGORIES, json=LICENCE | {"name": "Other"})).headers["location"]
    assert await not_refused(lead, "POST", CATEGORIES, [*BAD, ({"name": "A"}, "/regulation")]) == []
    assert await not_refused(lead, "PATCH", path, [*BAD, ({"is_active": 0}, "/is_active")]) == []
    assert len((await lead.get(CATEGORIES)).json()["items"]) == 1
    assert (await lead.get(f"{CATEGORIES}/{uuid4()}")).status_code == 404
    assert (await lead.patch(f"{CATEGORIES}/{uuid4()}", json={})).status_code == 404


async def test_roles(client_for: ClientFor) -> None:
    path = (await (await client_for("lead")).post(CATEGORIES, json=LICENCE)).headers["location"]
    expected = {"admin": (200, 201, 200), "agent": (200, 403, 403), "auditor": (200, 403, 403), "guest": (404,) * 3}
    for role, statuses in expected.items():
        client = await client_for(role)
        answers = [
            await client.get(path),
            await client.post(CATEGORIES, json=LICENCE | {"name": role}),
            await client.patch(path, json={}),
        ]
        assert (role, *(answer.status_code for answer in answers)) == (role, *statuses)
    assert (await (await client_for.bearing(None)).get(path)).status_code == 401


async def test_a_change_of_categories_and_of_what_counters_go_by_is_counted_once(
    client_for: ClientFor, resources: Resources
) -> None:
    lead = await client_for("lead")
    category = (await lead.post(CATEGORIES, json=LICENCE)).json()["id"]
    ticket = await create_ticket(lead)
    async with resources.engine.begin() as connection:
        await connection.execute(tickets.update().values(delivery_failure="No such mailbox."))
    changed = {"recipient": {"name": "Bo Lind", "email": "bo@lind.example"}, "violation_category_ids": [category]}
    assert (await lead.patch(f"/api/v1/tickets/{ticket['id']}", json=changed)).is_success
    async with resources.unit_of_work() as uow:
        assert await uow.ticket_counters.differences() == []
