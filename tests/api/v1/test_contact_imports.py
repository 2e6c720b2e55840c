"""The import of contacts over HTTP, from what people export and from what they upload by mistake."""

import asyncio
from typing import Any

import httpx
from tests.application import ClientFor
from tests.factories import contacts as factory
from tests.refusals import pointers

from ticketdesk.bootstrap import Resources

IMPORT = "/api/v1/contacts/import"
HEADER = "name,email,account,job_title,phone,external_id\n"


async def upload(client: httpx.AsyncClient, content: str | bytes, **params: Any) -> httpx.Response:
    data = content.encode() if isinstance(content, str) else content
    return await client.post(IMPORT, files={"file": ("contacts.csv", data, "text/csv")}, params=params)


def outcomes(answer: httpx.Response) -> list[tuple[int, str, list[tuple[str, str]]]]:
    assert answer.status_code == 200, answer.text
    return [
        (row["row"], row["outcome"], [(error["pointer"], error["code"]) for error in row["errors"]])
        for row in answer.json()["rows"]
    ]


async def people(client: httpx.AsyncClient) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = (await client.get("/api/v1/contacts?limit=200")).json()["items"]
    return items


async def test_good_rows_are_kept_although_others_fail(client_for: ClientFor, resources: Resources) -> None:
    anna = await factory.create_contact(resources, "Anna", "a@x.example", external_id="7", is_active=False)
    bo = await factory.create_contact(resources, "Bo", "b@x.example", phone="1")
    agent = await client_for("agent")
    rows = [
        "Anna Berg,anna@x.example,Brightpath,Officer,,7",
        "Bo,b@x.example,,,,",
        "Cy,c@x.example,brightpath,,,",
        "Di,nobody,,,,",
        ",e@x.example,,,,",
        "Fay,A@x.example,,,,9",
        "Gil\x00,g@x.example,,,,",
        "Hal,h@x.example,,,,,surplus",
        f"Ida,i@x.example,,{'x' * 201},,",
    ]
    answer = await upload(agent, HEADER + "\n".join(rows))
    assert outcomes(answer) == [
        (2, "updated", []),
        (3, "unchanged", []),
        (4, "created", []),
        (5, "failed", [("/email", "invalid_address")]),
        (6, "failed", [("/name", "name_required")]),
        (7, "failed", [("/email", "address_taken")]),
        (8, "failed", [("/name", "control_character")]),
        (9, "failed", [("", "surplus_cells")]),
        (10, "failed", [("/job_title", "string_too_long")]),
    ]
    body = answer.json()
    assert [body[name] for name in ("dry_run", "created", "updated", "unchanged", "failed")] == [False, 1, 1, 1, 6]
    found = {person["id"]: person for person in await people(agent)}
    assert [row["contact_id"] for row in body["rows"][:3]] == [str(anna), str(bo), body["rows"][2]["contact_id"]]
    assert len(found) == 3
    after = found[str(anna)]
    assert (after["name"], after["addresses"]) == ("Anna Berg", ["anna@x.example", "a@x.example"])
    assert (after["account"]["name"], after["job_title"], after["version"]) == ("Brightpath", "Officer", 2)
    assert after["is_active"] is False
    assert found[str(bo)]["phone"] == "1"
    # One account, however its name is spelt.
    assert found[body["rows"][2]["contact_id"]]["account"] == after["account"]
    assert len((await agent.get("/api/v1/accounts")).json()["items"]) == 1
    assert [one["name"] for one in (await agent.get("/api/v1/contacts?q=anna")).json()["items"]] == ["Anna Berg"]


async def test_importing_a_file_again_changes_nothing(client_for: ClientFor) -> None:
    agent = await client_for("agent")
    content = b"\xef\xbb\xbf" + (HEADER + "Anna,a@x.example,Brightpath,Officer,1,7\r\nBo,b@x.example,,,,\r\n").encode()
    assert [row[1] for row in outcomes(await upload(agent, content))] == ["created", "created"]
    before = await people(agent)
    assert [row[1] for row in outcomes(await upload(agent, content))] == ["unchanged", "unchanged"]
    assert await people(agent) == before


async def test_a_dry_run_says_the_same_and_writes_nothing(client_for: ClientFor, resources: Resources) -> None:
    await factory.create_contact(resources, "Anna", "a@x.example")
    agent = await client_for("agent")
    before = await people(agent)
    content = HEADER + "Anna Berg,a@x.example,New,,,\nBo,b@x.example,,,,\n"
    tried = await upload(agent, content, dry_run="true")
    assert (tried.json()["dry_run"], tried.json()["rows"][1]["contact_id"]) == (True, None)
    assert await people(agent) == before
    assert (await agent.get("/api/v1/accounts")).json()["items"] == []
    assert outcomes(await upload(agent, content)) == outcomes(tried)


async def test_a_person_keeps_an_account_whose_name_others_share(client_for: ClientFor, resources: Resources) -> None:
    first = await factory.create_account(resources, "Twice")
    second = await factory.create_account(resources, "TWICE")
    for number, account_id in enumerate((first, second)):
        await factory.create_contact(resources, f"N{number}", f"n{number}@x.example", account_id=account_id)
    agent = await client_for("agent")
    content = HEADER + "N0,n0@x.example,,J,,\nN1,n1@x.example,,J,,\nN2,n2@x.example,twice,,,\n"
    assert outcomes(await upload(agent, content)) == [
        (2, "updated", []),
        (3, "updated", []),
        (4, "failed", [("/account", "account_ambiguous")]),
    ]
    assert [person["account"]["id"] for person in await people(agent)] == [str(first), str(second)]


async def test_what_is_no_file_of_contacts_is_refused(client_for: ClientFor) -> None:
    agent = await client_for("agent")
    for content, code in {
        b"": "header_missing",
        b"\x89PNG\r\n\x1a\n": "not_utf8",
        b"\x00" * 100: "column_unknown",
        b"who,email\nAnna,a@x.example": "column_unknown",
        b'name,email\n"Anna,a@x.example': "malformed_csv",
        b"name,email\n" + b"Anna,\n" * 10_001: "too_many_rows",
    }.items():
        answer = await upload(agent, content)
        assert (content[:20], pointers(answer), answer.json()["errors"][0]["code"]) == (content[:20], ["/file"], code)
    assert await people(agent) == []


async def test_what_is_no_upload_is_refused(client_for: ClientFor) -> None:
    agent = await client_for("agent")
    file = ("contacts.csv", HEADER.encode(), "text/csv")
    assert (await agent.post(IMPORT, content=HEADER, headers={"Content-Type": "text/csv"})).status_code == 415
    assert (await agent.post(IMPORT, json={"file": HEADER})).status_code == 415
    assert (await agent.post(IMPORT)).status_code == 415
    assert pointers(await agent.post(IMPORT, files={"other": file})) == ["/file"]
    assert (await agent.post(IMPORT, files=[("file", file), ("file", file)])).status_code == 400
    assert (await agent.post(IMPORT, files={"file": file}, data={"note": "x"})).status_code == 400
    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    for body in (b"", b"--x", b"--x\r\n\r\n\r\n--x--", b"\xff\x00--x--"):
        answer = await agent.post(IMPORT, content=body, headers=headers)
        assert (body, answer.status_code in {400, 422}) == (body, True)
    assert (await agent.post(IMPORT, content=b"", headers={"Content-Type": "multipart/form-data"})).status_code == 400
    assert (await upload(agent, b"x" * 5_000_000)).status_code == 413


async def test_roles(client_for: ClientFor) -> None:
    for role, status in {"admin": 200, "lead": 200, "agent": 200, "auditor": 403, "guest": 404}.items():
        assert (role, (await upload(await client_for(role), HEADER)).status_code) == (role, status)
    assert (await upload(await client_for.bearing(None), HEADER)).status_code == 401


async def test_a_keyed_import_is_done_once(client_for: ClientFor) -> None:
    agent = await client_for("agent")
    request = agent.build_request("POST", IMPORT, files={"file": ("c.csv", (HEADER + "Anna,a@x.example,,,,").encode())})
    request.headers["Idempotency-Key"] = "import-1"
    first = await agent.send(request)
    again = await agent.send(request)
    assert (first.status_code, first.json()["created"]) == (200, 1)
    assert (again.json(), again.headers["idempotent-replayed"]) == (first.json(), "true")


async def test_two_imports_of_one_file_at_the_same_time_make_each_person_once(client_for: ClientFor) -> None:
    agent = await client_for("agent")
    rows = [f"Person {n},p{n}@x.example,Account {n % 3},,,{n}" for n in range(200)]
    contents = [HEADER + "\n".join(rows), HEADER + "\n".join(reversed(rows)), HEADER + "\n".join(rows)]
    answers = await asyncio.gather(*(upload(agent, content) for content in contents))
    assert sorted((answer.json()["created"], answer.json()["unchanged"]) for answer in answers) == [
        (0, 200),
        (0, 200),
        (200, 0),
    ]
    assert len((await agent.get("/api/v1/accounts")).json()["items"]) == 3


async def test_addresses_that_others_take_meanwhile_are_theirs(client_for: ClientFor) -> None:
    agent = await client_for("agent")
    content = HEADER + "\n".join(f"Row {n},p{n}@x.example,,,," for n in range(300))
    creations = [
        agent.post("/api/v1/contacts", json={"name": f"Form {n}", "addresses": [f"p{n}@x.example"]})
        for n in range(0, 300, 60)
    ]
    imported, *created = await asyncio.gather(upload(agent, content), *creations)
    assert {answer.status_code for answer in created} <= {201, 422}
    assert imported.status_code == 200
    first = (await agent.get("/api/v1/contacts?limit=200")).json()
    rest = (await agent.get(f"/api/v1/contacts?limit=200&cursor={first['next_cursor']}")).json()
    addresses = [person["email"] for person in first["items"] + rest["items"]]
    assert sorted(addresses) == sorted(f"p{n}@x.example" for n in range(300))
