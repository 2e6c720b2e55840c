"""Products over HTTP; what all kinds of catalogue entries share is tested on violation categories."""

from uuid import uuid4

from tests.application import ClientFor
from tests.factories.catalogue import create_product
from tests.refusals import not_refused, pointers

PRODUCTS = "/api/v1/products"


async def test_a_product_is_created_read_and_changed(client_for: ClientFor) -> None:
    lead = await client_for("lead")
    answer = await lead.post(PRODUCTS, json={"name": "Agent website"})
    created = answer.json()
    assert answer.status_code == 201
    times = {"created_at": "2026-03-02T15:00:00Z", "updated_at": "2026-03-02T15:00:00Z"}
    assert created == times | {"id": created["id"], "name": "Agent website", "is_active": True, "version": 1}
    path = answer.headers["location"]
    assert (await lead.get(path)).json() == created
    changed = await lead.patch(path, json={"is_active": False}, headers={"If-Match": answer.headers["etag"]})
    assert changed.json() == created | {"is_active": False, "version": 2}
    late = await lead.patch(path, json={"name": "Late"}, headers={"If-Match": answer.headers["etag"]})
    assert (late.status_code, late.json()["code"]) == (412, "stale_version")


async def test_products_are_found_by_part_of_their_name(client_for: ClientFor) -> None:
    lead = await client_for("lead")
    for name in ("Agent website", "100% rate engine", "Mail campaigns"):
        await create_product(lead, name)
    for query, found in {
        "WEB": ["Agent website"],
        "0%": ["100% rate engine"],
        "_": [],
        "ai": ["Mail campaigns"],
    }.items():
        items = (await lead.get(PRODUCTS, params={"q": query})).json()["items"]
        assert (query, [one["name"] for one in items]) == (query, found)


async def test_bad_input_is_refused_at_its_field(client_for: ClientFor) -> None:
    lead = await client_for("lead")
    product = await create_product(lead, "Agent website")
    taken = await lead.post(PRODUCTS, json={"name": "Agent website"})
    assert (pointers(taken), taken.json()["errors"][0]["code"]) == (["/name"], "name_taken")
    bad = [({"name": ""}, "/name"), ({"name": None}, "/name"), ({"name": "A", "colour": "red"}, "/colour")]
    assert await not_refused(lead, "POST", PRODUCTS, [*bad, ({}, "/name")]) == []
    assert await not_refused(lead, "PATCH", f"{PRODUCTS}/{product}", [*bad, ({"is_active": None}, "/is_active")]) == []
    assert (await lead.patch(f"{PRODUCTS}/{uuid4()}", json={})).status_code == 404
