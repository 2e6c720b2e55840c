"""Views that people save: their own, and what they share."""

from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import pytest
from fastapi import FastAPI
from tests.application import ClientFor, RunningClock, SignedInClient
from tests.factories.contacts import create_account, create_contact
from tests.factories.support_rows import create_support_row

from ticketdesk.bootstrap import Resources

VIEWS = "/api/v1/saved-views"
FILTERS = {"assignee_id": ["me"], "status": ["open", "comment_added"]}


@pytest.fixture
async def agent(client_for: ClientFor) -> SignedInClient:
    return await client_for("agent")


async def save(staff: SignedInClient, **fields: Any) -> dict[str, Any]:
    answer = await staff.post(VIEWS, json={"name": "At work", "filters": FILTERS, **fields})
    assert answer.status_code == 201, answer.text
    view: dict[str, Any] = answer.json()
    assert (answer.headers["location"], answer.headers["etag"]) == (f"{VIEWS}/{view['id']}", '"1"')
    return view


async def names(staff: SignedInClient) -> list[str]:
    items = (await staff.get(VIEWS)).json()["items"]
    assert items == (await staff.get("/api/v1/views")).json()["saved"]
    return [one["name"] for one in items]


async def test_a_view_is_its_owners_until_it_is_shared(agent: SignedInClient, client_for: ClientFor) -> None:
    auditor = await client_for("auditor")
    view = await save(agent)
    assert (view["filters"], view["sort"], view["is_shared"]) == (FILTERS, "created_at", False)
    assert view["owner"]["id"] == str(agent.person_id)
    assert (await agent.get(f"{VIEWS}/{view['id']}")).json() == view
    assert (await auditor.get(f"{VIEWS}/{view['id']}")).status_code == 404
    assert (await names(agent), await names(auditor)) == (["At work"], [])
    assert (await agent.patch(f"{VIEWS}/{view['id']}", json={"is_shared": True})).json()["version"] == 2
    assert await names(auditor) == ["At work"]


async def test_a_saved_view_is_applied_as_whoever_looks(
    agent: SignedInClient, client_for: ClientFor, resources: Resources
) -> None:
    ada = await create_contact(resources, account_id=await create_account(resources))
    other = await client_for("agent")
    own = await create_support_row(resources, ada, assignee_id=agent.person_id)
    later = await create_support_row(resources, ada, assignee_id=agent.person_id)
    theirs = await create_support_row(resources, ada, assignee_id=other.person_id)
    view = await save(agent, is_shared=True, sort="-created_at")

    async def listed(staff: SignedInClient, **query: Any) -> list[str]:
        answer = await staff.get("/api/v1/tickets", params={"view": view["id"], **query})
        return [one["id"] for one in answer.json()["items"]]

    assert (await listed(agent), await listed(other)) == ([later, own], [theirs])
    assert await listed(agent, sort="created_at") == [own, later]
    first = (await agent.get("/api/v1/tickets", params={"view": view["id"], "limit": 1})).json()
    assert await listed(agent, limit=1, cursor=first["next_cursor"]) == [own]
    counts = (await other.get("/api/v1/tickets/counts", params={"view": view["id"]})).json()
    assert counts["by_status"]["open"] == 1


async def test_a_shared_view_is_edited_by_its_owner_and_by_leads(agent: SignedInClient, client_for: ClientFor) -> None:
    view = await save(agent, is_shared=True)
    url = f"{VIEWS}/{view['id']}"
    colleague, lead = await client_for("agent"), await client_for("lead")
    assert (await colleague.patch(url, json={"name": "Mine now"})).status_code == 403
    assert (await colleague.delete(url)).status_code == 403
    changed = (await lead.patch(url, json={"name": "For all", "filters": {"open": True}})).json()
    assert (changed["name"], changed["filters"], changed["owner"]) == ("For all", {"open": True}, view["owner"])
    hidden = await lead.patch(url, json={"is_shared": False})
    assert (hidden.status_code, hidden.json()["is_shared"]) == (200, False)
    assert (await lead.delete(url)).status_code == 404
    assert (await agent.delete(url)).status_code == 204
    assert await names(agent) == []


async def test_a_name_is_taken_by_one_view_of_an_owner(agent: SignedInClient, client_for: ClientFor) -> None:
    await save(agent)
    second = await save(agent, name="Second")
    await save(await client_for("agent"))
    for answer in (
        await agent.post(VIEWS, json={"name": "At work", "filters": {}}),
        await agent.patch(f"{VIEWS}/{second['id']}", json={"name": "At work"}),
    ):
        assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "name_taken")
    assert (await agent.patch(f"{VIEWS}/{second['id']}", json={"name": "Second"})).json() == second


async def test_a_change_is_answered_with_what_is_stored(
    app: FastAPI, resources: Resources, agent: SignedInClient
) -> None:
    url = f"{VIEWS}/{(await save(agent))['id']}"
    # A machine's clock moves while a request is served.
    app.state.resources = replace(resources, clock=RunningClock())
    changed = await agent.patch(url, json={"sort": "-updated_at"})
    assert changed.json() == (await agent.get(url)).json()


async def test_a_change_may_name_its_version(agent: SignedInClient) -> None:
    url = f"{VIEWS}/{(await save(agent))['id']}"
    assert (await agent.patch(url, json={"sort": "-updated_at"}, headers={"If-Match": '"1"'})).is_success
    for stale in (
        await agent.patch(url, json={"sort": "updated_at"}, headers={"If-Match": '"1"'}),
        await agent.delete(url, headers={"If-Match": '"1"'}),
    ):
        assert stale.status_code == 412


@pytest.mark.parametrize(
    ("filters", "pointer"),
    [
        ({"colour": "red"}, "/filters/colour"),
        ({"status": ["lost"]}, "/filters/status/0"),
        ({"open": "true"}, "/filters/open"),
        ({"assignee_id": ["everybody"]}, "/filters/assignee_id/0"),
        ({"assignee_id": "me"}, "/filters/assignee_id"),
        ({"closed_after": 5}, "/filters/closed_after"),
        ({"product_id": ["x"]}, "/filters/product_id/0"),
    ],
)
async def test_filters_are_those_of_the_list(agent: SignedInClient, filters: dict[str, Any], pointer: str) -> None:
    answer = await agent.post(VIEWS, json={"name": "Wrong", "filters": filters})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == pointer


async def test_every_filter_can_be_saved_and_applied(agent: SignedInClient) -> None:
    some = str(uuid4())
    filters = {
        "kind": ["support"],
        "status": ["open"],
        "needs_attention": False,
        "assignee_id": ["me", "none"],
        "checker_id": [some],
        "checker_team_id": [some],
        "to_check": False,
        "created_by": ["me"],
        "contact_id": [some, str(UUID(int=7))],
        "account_id": [some],
        "violation_category_id": [some],
        "category_id": [some, str(UUID(int=7))],
        "product_id": [some],
        "tag": ["logo"],
        "origin": ["portal"],
        "outreach_required": True,
        "question": True,
        "archived": False,
        "created_after": "2026-01-01T00:00:00Z",
        "updated_since": "2026-01-01T00:00:00Z",
        "closed_before": "2026-01-01T00:00:00Z",
        "open": True,
        "q": "logo",
        "person": "ada",
    }
    view = await save(agent, filters=filters)
    assert view["filters"] == filters
    for sort in ("created_at", "-updated_at"):
        answer = await agent.get("/api/v1/tickets", params={"view": view["id"], "sort": sort})
        assert (answer.status_code, answer.json()["items"]) == (200, [])
    assert (await agent.get("/api/v1/tickets/counts", params={"view": view["id"]})).is_success
