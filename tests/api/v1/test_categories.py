"""Categories of support tickets over HTTP; what all entries share is tested on violation categories."""

from uuid import uuid4

import pytest
from tests.application import ClientFor, SignedInClient
from tests.factories.catalogue import create_category
from tests.factories.users import create_team, create_user
from tests.refusals import not_refused, pointers

from ticketdesk.bootstrap import Resources

CATEGORIES = "/api/v1/categories"
PLAIN = {
    "team_id": None,
    "assignment_mode": None,
    "routed_user_id": None,
    "routed_team_id": None,
    "requires_check": False,
    "may_be_taken": False,
}


@pytest.fixture
async def lead(client_for: ClientFor) -> SignedInClient:
    return await client_for("lead")


async def test_a_category_goes_by_the_settings_unless_told_otherwise(lead: SignedInClient) -> None:
    answer = await lead.post(CATEGORIES, json={"name": "Website edit"})
    created = answer.json()
    assert answer.status_code == 201
    times = {"created_at": "2026-03-02T15:00:00Z", "updated_at": "2026-03-02T15:00:00Z"}
    assert created == PLAIN | times | {"id": created["id"], "name": "Website edit", "is_active": True, "version": 1}
    assert (await lead.get(answer.headers["location"])).json() == created


async def test_a_category_is_routed_and_changed(lead: SignedInClient, resources: Resources) -> None:
    ann, team = str(await create_user(resources)), str(await create_team(resources, "Production"))
    wanted = PLAIN | {"assignment_mode": "routed", "routed_user_id": ann, "team_id": team, "requires_check": True}
    answer = await lead.post(CATEGORIES, json={"name": "Website edit"} | wanted)
    created, path = answer.json(), answer.headers["location"]
    assert wanted.items() <= created.items()
    to_team = {"routed_user_id": None, "routed_team_id": team, "may_be_taken": True}
    changed = await lead.patch(path, json=to_team, headers={"If-Match": answer.headers["etag"]})
    assert changed.json() == created | to_team | {"version": 2}
    assert (await lead.patch(path, json=to_team)).json()["version"] == 2
    late = await lead.patch(path, json={"name": "Late"}, headers={"If-Match": answer.headers["etag"]})
    assert late.status_code == 412


async def test_a_change_has_to_fit_what_stays(lead: SignedInClient, resources: Resources) -> None:
    ann, team = str(await create_user(resources)), str(await create_team(resources, "Production"))
    plain = f"{CATEGORIES}/{await create_category(lead)}"
    routed = f"{CATEGORIES}/{await create_category(lead, assignment_mode='routed', routed_user_id=ann)}"
    for path, patch, pointer in (
        (plain, {"assignment_mode": "routed"}, "/routed_user_id"),
        (plain, {"routed_team_id": team}, "/routed_team_id"),
        (routed, {"assignment_mode": "manual"}, "/routed_user_id"),
        (routed, {"routed_team_id": team}, "/routed_team_id"),
        (routed, {"routed_user_id": None}, "/routed_user_id"),
    ):
        assert (patch, pointers(await lead.patch(path, json=patch))) == (patch, [pointer])
        assert (await lead.get(path)).json()["version"] == 1


async def test_tickets_are_routed_to_active_staff_only(lead: SignedInClient, resources: Resources) -> None:
    gone, auditor = await create_user(resources, is_active=False), await create_user(resources, role="auditor")
    for user_id, code in ((gone, "user_inactive"), (auditor, "not_staff"), (uuid4(), "unknown_reference")):
        body = {"name": "Website edit", "assignment_mode": "routed", "routed_user_id": str(user_id)}
        answer = await lead.post(CATEGORIES, json=body)
        assert pointers(answer) == ["/routed_user_id"]
        assert answer.json()["errors"][0]["code"] == code


async def test_who_left_since_is_no_obstacle_to_another_change(client_for: ClientFor, resources: Resources) -> None:
    admin, ann = await client_for("admin"), await create_user(resources)
    path = f"{CATEGORIES}/{await create_category(admin, assignment_mode='routed', routed_user_id=str(ann))}"
    assert (await admin.patch(f"/api/v1/users/{ann}", json={"is_active": False})).is_success
    assert (await admin.patch(path, json={"requires_check": True})).json()["requires_check"] is True


async def test_bad_input_is_refused_at_its_field(lead: SignedInClient) -> None:
    category = await create_category(lead, "Website edit")
    nobody = str(uuid4())
    bad = [
        ({"name": ""}, "/name"),
        ({"name": "Website edit", "colour": "red"}, "/colour"),
        ({"name": "Website edit", "team_id": nobody}, "/team_id"),
        ({"name": "Website edit", "team_id": "Production"}, "/team_id"),
        ({"name": "Website edit", "assignment_mode": "routed", "routed_team_id": nobody}, "/routed_team_id"),
        ({"name": "Website edit", "assignment_mode": "random"}, "/assignment_mode"),
        ({"name": "Website edit", "requires_check": 1}, "/requires_check"),
        ({"name": "Website edit", "may_be_taken": None}, "/may_be_taken"),
    ]
    assert await not_refused(lead, "POST", CATEGORIES, [*bad, ({"name": "Website edit"}, "/name")]) == []
    assert await not_refused(lead, "PATCH", f"{CATEGORIES}/{category}", bad) == []
    assert len((await lead.get(CATEGORIES)).json()["items"]) == 1
    assert (await lead.patch(f"{CATEGORIES}/{nobody}", json={})).status_code == 404
