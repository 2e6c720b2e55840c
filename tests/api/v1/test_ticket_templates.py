"""Ticket templates over HTTP; what all entries of the catalogue share is tested on violation categories."""

from uuid import uuid4

from tests.application import ClientFor
from tests.factories.catalogue import create_category, create_product, create_template
from tests.refusals import not_refused, pointers

TEMPLATES = "/api/v1/ticket-templates"


async def test_a_template_is_created_read_and_changed(client_for: ClientFor) -> None:
    lead = await client_for("lead")
    category = await create_category(lead)
    wanted = {"name": "Welcome call", "title": "Call them", "category_id": category, "tags": ["new"], "position": 2}
    answer = await lead.post(TEMPLATES, json=wanted)
    created, path = answer.json(), answer.headers["location"]
    times = {"created_at": "2026-03-02T15:00:00Z", "updated_at": "2026-03-02T15:00:00Z"}
    defaults = {"description": "", "product_id": None, "priority": "normal", "is_for_sign_up": False}
    own = {"id": created["id"], "is_active": True, "version": 1}
    assert (answer.status_code, created) == (201, wanted | defaults | times | own)
    assert (await lead.get(path)).json() == created
    change = {"category_id": None, "product_id": await create_product(lead), "priority": "high", "is_for_sign_up": True}
    changed = await lead.patch(path, json=change, headers={"If-Match": answer.headers["etag"]})
    assert changed.json() == created | change | {"version": 2}


async def test_a_template_names_what_a_support_ticket_has_to(client_for: ClientFor) -> None:
    lead = await client_for("lead")
    category, gone = await create_category(lead), await create_category(lead)
    assert (await lead.patch(f"/api/v1/categories/{gone}", json={"is_active": False})).is_success
    path = f"{TEMPLATES}/{await create_template(lead, category_id=category)}"
    for patch, code in (
        ({"category_id": None}, "category_or_product_required"),
        ({"category_id": gone}, "inactive_reference"),
        ({"category_id": str(uuid4())}, "unknown_reference"),
    ):
        answer = await lead.patch(path, json=patch)
        assert (pointers(answer), answer.json()["errors"][0]["code"]) == (["/category_id"], code)
    assert (await lead.patch(f"/api/v1/categories/{category}", json={"is_active": False})).is_success
    assert (await lead.patch(path, json={"is_active": False})).status_code == 200


async def test_bad_input_is_refused_at_its_field(client_for: ClientFor) -> None:
    lead = await client_for("lead")
    good = {"name": "Welcome call", "title": "Call them", "category_id": await create_category(lead)}
    path = f"{TEMPLATES}/{await create_template(lead, 'Taken', category_id=good['category_id'])}"
    bad = [
        (good | {"name": "a\x00"}, "/name"),
        (good | {"title": None}, "/title"),
        (good | {"priority": "hot"}, "/priority"),
        (good | {"tags": [""]}, "/tags/0"),
        (good | {"position": -1}, "/position"),
        (good | {"position": True}, "/position"),
        (good | {"is_for_sign_up": 1}, "/is_for_sign_up"),
        (good | {"product_id": str(uuid4())}, "/product_id"),
        (good | {"colour": "red"}, "/colour"),
    ]
    missing = ({"name": "Welcome call", "title": "Call them"}, "/category_id")
    taken = (good | {"name": "Taken"}, "/name")
    assert await not_refused(lead, "POST", TEMPLATES, [*bad, missing, taken, ({"name": "A"}, "/title")]) == []
    assert await not_refused(lead, "PATCH", path, bad) == []
    assert len((await lead.get(TEMPLATES)).json()["items"]) == 1
