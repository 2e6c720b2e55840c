"""Contacts over HTTP: addresses that belong to one person only, search, versions, races."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import uuid4

from tests.application import ClientFor, FrozenClock
from tests.factories import contacts as factory
from tests.refusals import Case, not_refused, pointers

from ticketdesk.bootstrap import Resources

CONTACTS = "/api/v1/contacts"
ANNA = {"name": "Anna Berg", "addresses": ["Anna.Berg@Brightpath.example", "anna@home.example"]}


async def test_a_contact_is_created_as_given(client_for: ClientFor, resources: Resources) -> None:
    account_id = await factory.create_account(resources, "Brightpath Lending")
    agent = await client_for("agent")
    more = {
        "job_title": "Loan officer",
        "phone": "+1 312 555 0100",
        "external_id": "emp-7",
        "account_id": str(account_id),
    }
    answer = await agent.post(CONTACTS, json=ANNA | more)
    assert answer.status_code == 201
    created = answer.json()
    assert answer.headers["location"] == f"{CONTACTS}/{created['id']}"
    assert answer.headers["etag"].startswith('"1-')
    assert created == {
        "id": created["id"],
        "name": "Anna Berg",
        "email": "Anna.Berg@brightpath.example",
        "addresses": ["Anna.Berg@brightpath.example", "anna@home.example"],
        "job_title": "Loan officer",
        "phone": "+1 312 555 0100",
        "external_id": "emp-7",
        "account": {"id": str(account_id), "name": "Brightpath Lending"},
        "is_active": True,
        "created_at": "2026-03-02T15:00:00Z",
        "updated_at": "2026-03-02T15:00:00Z",
        "version": 1,
    }
    read = await agent.get(answer.headers["location"])
    assert (read.json(), read.headers["etag"]) == (created, answer.headers["etag"])


async def test_a_contact_needs_no_address(client_for: ClientFor) -> None:
    created = (await (await client_for("agent")).post(CONTACTS, json={"name": "Ada Quist"})).json()
    assert (created["email"], created["addresses"], created["account"]) == (None, [], None)


async def test_an_address_belongs_to_one_contact(client_for: ClientFor) -> None:
    agent = await client_for("agent")
    assert (await agent.post(CONTACTS, json=ANNA)).status_code == 201
    other = {"name": "Bo", "addresses": ["bo@home.example", "ANNA@home.example"]}
    answer = await agent.post(CONTACTS, json=other)
    assert pointers(answer) == ["/addresses/1"]
    assert answer.json()["errors"][0]["code"] == "address_taken"
    assert "home.example" not in answer.text
    assert [one["name"] for one in (await agent.get(CONTACTS)).json()["items"]] == ["Anna Berg"]


async def test_an_external_id_belongs_to_one_contact(client_for: ClientFor) -> None:
    agent = await client_for("agent")
    await agent.post(CONTACTS, json={"name": "Anna", "external_id": "emp-7"})
    second = (await agent.post(CONTACTS, json={"name": "Bo"})).json()
    assert pointers(await agent.post(CONTACTS, json={"name": "Bo", "external_id": "emp-7"})) == ["/external_id"]
    answer = await agent.patch(f"{CONTACTS}/{second['id']}", json={"external_id": "emp-7"})
    assert (pointers(answer), answer.json()["errors"][0]["code"]) == (["/external_id"], "external_id_taken")


async def test_addresses_are_added_removed_and_reordered_by_sending_the_list(client_for: ClientFor) -> None:
    agent = await client_for("agent")
    path = f"{CONTACTS}/{(await agent.post(CONTACTS, json=ANNA)).json()['id']}"
    first, second, third = "Anna.Berg@brightpath.example", "anna@home.example", "anna@new.example"
    for addresses in ([second, first], [second, first, third], [third], [], [first]):
        changed = (await agent.patch(path, json={"addresses": addresses})).json()
        assert changed["addresses"] == addresses
        assert changed["email"] == (addresses[0] if addresses else None)
    # What was given up is free for others.
    assert (await agent.post(CONTACTS, json={"name": "Bo", "addresses": [third]})).status_code == 201
    refused = await agent.patch(path, json={"addresses": [first, third], "name": "Not this either"})
    assert pointers(refused) == ["/addresses/1"]
    after = (await agent.get(path)).json()
    assert (after["addresses"], after["name"]) == ([first], "Anna Berg")


async def test_a_patch_changes_what_it_names(client_for: ClientFor, clock: FrozenClock) -> None:
    agent = await client_for("agent")
    created = (await agent.post(CONTACTS, json=ANNA | {"phone": "1", "job_title": "Officer"})).json()
    clock.advance(timedelta(minutes=5))
    answer = await agent.patch(f"{CONTACTS}/{created['id']}", json={"phone": None, "is_active": False})
    changed = {"phone": None, "is_active": False, "version": 2, "updated_at": "2026-03-02T15:05:00Z"}
    assert answer.json() == created | changed
    assert answer.headers["etag"].startswith('"2-')
    same = await agent.patch(f"{CONTACTS}/{created['id']}", json={"is_active": False})
    assert same.headers["etag"] == answer.headers["etag"]


BAD_FIELDS: list[Case] = [
    ({"name": "Bo\x00"}, "/name"),
    ({"name": "\ud800"}, None),
    ({"name": ""}, "/name"),
    ({"name": "x" * 201}, "/name"),
    ({"name": None}, "/name"),
    ({"name": True}, "/name"),
    ({"name": "Bo", "job_title": "a\nb"}, "/job_title"),
    ({"name": "Bo", "phone": 1}, "/phone"),
    ({"name": "Bo", "addresses": None}, "/addresses"),
    ({"name": "Bo", "addresses": "bo@x.example"}, "/addresses"),
    ({"name": "Bo", "addresses": ["nobody"]}, "/addresses/0"),
    ({"name": "Bo", "addresses": ["bo@x.example", "bo\r\nBcc: a@b.example"]}, "/addresses/1"),
    (
        {"name": "Bo", "addresses": ["a" * 60 + "@" + "b" * 63 + "." + "c" * 63 + "." + "d" * 63 + ".example"]},
        "/addresses/0",
    ),
    ({"name": "Bo", "addresses": ["bo@x.example", "BO@X.example"]}, "/addresses/1"),
    ({"name": "Bo", "addresses": [f"bo{n}@x.example" for n in range(21)]}, "/addresses"),
    ({"name": "Bo", "account_id": 2**63}, "/account_id"),
    ({"name": "Bo", "account_id": "nonsense"}, "/account_id"),
    ({"name": "Bo", "account_id": str(uuid4())}, "/account_id"),
    ({"name": "Bo", "search": "x"}, "/search"),
]


async def test_bad_input_is_refused_at_its_field(client_for: ClientFor, resources: Resources) -> None:
    agent = await client_for("agent")
    assert await not_refused(agent, "POST", CONTACTS, [*BAD_FIELDS, ({}, "/name"), ([], "")]) == []
    path = f"{CONTACTS}/{await factory.create_contact(resources, 'Cy')}"
    cases: list[Case] = [*BAD_FIELDS, ({"is_active": 1}, "/is_active"), ({"is_active": None}, "/is_active")]
    assert await not_refused(agent, "PATCH", path, cases) == []
    assert [one["name"] for one in (await agent.get(CONTACTS)).json()["items"]] == ["Cy"]


async def test_bad_parameters_are_refused_by_name(client_for: ClientFor) -> None:
    agent = await client_for("agent")
    for query, name in {
        "q=%00": "q",
        "q=": "q",
        f"q={'x' * 201}": "q",
        "account_id=7": "account_id.0",
        "is_active=perhaps": "is_active",
        "sort=name": "sort",
        "limit=0": "limit",
        "limit=201": "limit",
        f"limit={10**30}": "limit",
        "cursor=%00": "cursor",
        "cursor=AAAA": "cursor",
    }.items():
        assert (query, pointers(await agent.get(f"{CONTACTS}?{query}"))) == (query, [name])


async def test_what_is_not_there_is_not_found(client_for: ClientFor) -> None:
    agent = await client_for("agent")
    for contact_id in (uuid4(), "7", "%00"):
        assert (await agent.get(f"{CONTACTS}/{contact_id}")).status_code in {404, 422}
        assert (await agent.patch(f"{CONTACTS}/{contact_id}", json={})).status_code in {404, 422}
    assert (await agent.get(f"{CONTACTS}/{uuid4()}")).json()["code"] == "not_found"


async def test_roles(client_for: ClientFor, resources: Resources) -> None:
    path = f"{CONTACTS}/{await factory.create_contact(resources)}"
    expected = {"admin": (200, 201, 200), "lead": (200, 201, 200), "agent": (200, 201, 200)}
    expected |= {"auditor": (200, 403, 403), "guest": (404, 404, 404)}
    for role, statuses in expected.items():
        client = await client_for(role)
        answers = [
            await client.get(path),
            await client.post(CONTACTS, json={"name": "Bo"}),
            await client.patch(path, json={}),
        ]
        assert (role, *(answer.status_code for answer in answers)) == (role, *statuses)
    anonymous = await client_for.bearing(None)
    assert (await anonymous.get(path)).status_code == 401
    portal = await client_for.portal(await factory.create_contact(resources, "Cy"))
    assert (await portal.get(path)).status_code == 404


async def test_search_finds_beginnings_of_words_in_names_and_addresses(
    client_for: ClientFor, resources: Resources
) -> None:
    for name, address in {
        "Anna Berg": "a.berg@brightpath.example",
        "Ånna-Lena O'Brien": "lena@northwind.example",
        "Bernd Weiß": "weiss_b+desk@brightpath.example",
    }.items():
        await factory.create_contact(resources, name, address)
    agent = await client_for("agent")
    for query, found in {
        "anna": ["Anna Berg", "Ånna-Lena O'Brien"],
        "ANNA LE": ["Ånna-Lena O'Brien"],
        "ber": ["Anna Berg", "Bernd Weiß"],
        "brien": ["Ånna-Lena O'Brien"],
        "o'brien": ["Ånna-Lena O'Brien"],
        "weiss": ["Bernd Weiß"],
        "brightpath": ["Anna Berg", "Bernd Weiß"],
        "a.berg@brightpath.example": ["Anna Berg"],
        "berg northwind": [],
        "nna": [],
        "' | 'anna": ["Anna Berg", "Ånna-Lena O'Brien"],
        "anna & !berg": ["Anna Berg"],
        "\\ :* ()": [],
        "🦉": [],
    }.items():
        page = (await agent.get(CONTACTS, params={"q": query})).json()
        assert (query, [one["name"] for one in page["items"]]) == (query, found)


async def test_search_follows_changes(client_for: ClientFor) -> None:
    agent = await client_for("agent")
    path = f"{CONTACTS}/{(await agent.post(CONTACTS, json=ANNA)).json()['id']}"

    async def is_found(query: str) -> bool:
        return bool((await agent.get(CONTACTS, params={"q": query})).json()["items"])

    await agent.patch(path, json={"name": "Anna Holm"})
    await agent.patch(path, json={"addresses": ["holm@new.example"]})
    assert [await is_found(query) for query in ("berg", "home", "holm", "new")] == [False, False, True, True]


async def test_lists_are_narrowed_and_paged(client_for: ClientFor, resources: Resources, clock: FrozenClock) -> None:
    account_id = await factory.create_account(resources)
    for number in range(5):
        await factory.create_contact(resources, f"Member {number}", account_id=account_id, is_active=number != 3)
        await factory.create_contact(resources, f"Other {number}")
        clock.advance(timedelta(seconds=number % 2))
    agent = await client_for("agent")
    params: dict[str, Any] = {"account_id": str(account_id), "limit": 2}
    for extra, expected in (({}, "01234"), ({"is_active": "true"}, "0124"), ({"sort": "-created_at"}, "43210")):
        names: list[str] = []
        answer = await agent.get(CONTACTS, params=params | extra)
        while True:
            names += [one["name"] for one in answer.json()["items"]]
            cursor = answer.json()["next_cursor"]
            if cursor is None:
                break
            assert f"cursor={cursor}" in answer.headers["link"]
            answer = await agent.get(CONTACTS, params=params | extra | {"cursor": cursor})
        assert names == [f"Member {number}" for number in expected]
    cursor = (await agent.get(CONTACTS, params=params)).json()["next_cursor"]
    assert pointers(await agent.get(CONTACTS, params={"cursor": cursor})) == ["cursor"]


async def test_a_stale_version_changes_nothing(client_for: ClientFor, resources: Resources) -> None:
    agent = await client_for("agent")
    path = f"{CONTACTS}/{await factory.create_contact(resources)}"
    names = ("One", "Two", "Three", "Four")
    patches = (agent.patch(path, json={"name": name}, headers={"If-Match": '"1"'}) for name in names)
    answers = await asyncio.gather(*patches)
    assert sorted(answer.status_code for answer in answers) == [200, 412, 412, 412]
    (won,) = (answer.json()["name"] for answer in answers if answer.status_code == 200)
    assert (await agent.get(path)).json()["name"] == won


async def test_changes_at_the_same_time_are_all_kept(client_for: ClientFor, resources: Resources) -> None:
    agent = await client_for("agent")
    path = f"{CONTACTS}/{await factory.create_contact(resources)}"
    fields = {
        "job_title": "Officer",
        "phone": "1",
        "external_id": "7",
        "name": "Anna Holm",
        "addresses": ["a@b.example"],
    }
    await asyncio.gather(*(agent.patch(path, json={name: value}) for name, value in fields.items()))
    after = (await agent.get(path)).json()
    assert {name: after[name] for name in fields} == fields
    assert after["version"] == 6


async def test_of_many_who_want_one_address_one_gets_it(client_for: ClientFor) -> None:
    agent = await client_for("agent")
    wanted = {"addresses": ["team@brightpath.example"]}
    answers = await asyncio.gather(*(agent.post(CONTACTS, json={"name": f"N{n}"} | wanted) for n in range(8)))
    assert sorted(answer.status_code for answer in answers) == [201] + [422] * 7
    assert {pointer for answer in answers if answer.status_code == 422 for pointer in pointers(answer)} == {
        "/addresses/0"
    }
    assert len((await agent.get(CONTACTS)).json()["items"]) == 1


async def test_a_keyed_creation_is_done_once(client_for: ClientFor) -> None:
    agent = await client_for("agent")
    answers = [await agent.post(CONTACTS, json=ANNA, headers={"Idempotency-Key": "k-1"}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()
    assert answers[1].headers["idempotent-replayed"] == "true"
