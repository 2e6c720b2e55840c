"""Being away and working hours over HTTP."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from tests.application import ClientFor, FrozenClock, SignedInClient
from tests.factories.users import create_user
from tests.refusals import Case, not_refused

from ticketdesk.bootstrap import Resources
from ticketdesk.jobs.availability import end_absences

USERS = "/api/v1/users"
HOURS = {
    "time_zone": "Europe/Berlin",
    "hours": {"mon": [["09:00", "12:00"], ["13:00", "00:00"]], "tue": [["09:00", "17:00"]]},
    "holidays": ["2026-12-24"],
}
THERE = {"is_away": False, "away_until": None, "working_hours": None, "is_available_now": True}


def path_of(client: SignedInClient) -> str:
    return f"{USERS}/{client.person_id}/availability"


async def put(client: SignedInClient, path: str, **body: Any) -> dict[str, Any]:
    answer = await client.put(path, json=body)
    assert answer.status_code == 200, answer.text
    shown = (await client.get(path.removesuffix("/availability"))).json()
    assert shown == answer.json()
    found: dict[str, Any] = shown["availability"]
    return found


async def test_somebody_is_away_until_they_say_otherwise(client_for: ClientFor) -> None:
    ann = await client_for("agent")
    away = {"is_away": True, "is_available_now": False}
    assert await put(ann, path_of(ann), is_away=True) == THERE | away
    assert await put(ann, path_of(ann), is_away=False) == THERE


async def test_somebody_is_back_at_the_time_they_said(
    client_for: ClientFor, resources: Resources, clock: FrozenClock
) -> None:
    ann = await client_for("agent")
    until = "2026-03-02T16:00:00Z"
    away = {"is_away": True, "away_until": until, "is_available_now": False}
    assert await put(ann, path_of(ann), is_away=True, away_until=until) == THERE | away
    clock.advance(timedelta(minutes=59))
    await end_absences(resources)
    user = f"{USERS}/{ann.person_id}"
    assert (await ann.get(user)).json()["availability"] == THERE | away
    clock.advance(timedelta(minutes=1))
    assert (await ann.get(user)).json()["availability"] == THERE
    await end_absences(resources)
    clock.advance(timedelta(minutes=-30))
    assert (await ann.get(user)).json()["availability"] == THERE


async def test_working_hours_stay_until_they_are_replaced(client_for: ClientFor, clock: FrozenClock) -> None:
    ann = await client_for("agent")
    # Monday, four in the afternoon in Berlin.
    with_hours = THERE | {"working_hours": HOURS}
    assert await put(ann, path_of(ann), is_away=False, working_hours=HOURS) == with_hours
    assert (await put(ann, path_of(ann), is_away=True))["working_hours"] == HOURS
    assert await put(ann, path_of(ann), is_away=False) == with_hours
    clock.advance(timedelta(hours=8))
    outside = (await ann.get(f"{USERS}/{ann.person_id}")).json()["availability"]
    assert outside == with_hours | {"is_available_now": False}
    # Where the desk is, it still is Monday.
    assert await put(ann, path_of(ann), is_away=False, working_hours=None) == THERE


async def test_leads_say_it_of_others_and_agents_do_not(client_for: ClientFor, resources: Resources) -> None:
    ann, lead = await client_for("agent"), await client_for("lead")
    other = await client_for("agent")
    refused = await other.put(path_of(ann), json={"is_away": True})
    assert (refused.status_code, refused.json()["required"]) == (403, "tickets:assign")
    assert (await put(lead, path_of(ann), is_away=True))["is_away"] is True
    assert (await lead.put(f"{USERS}/{uuid4()}/availability", json={"is_away": True})).status_code == 404
    gone = await create_user(resources, is_active=False)
    assert (await put(lead, f"{USERS}/{gone}/availability", is_away=False))["is_available_now"] is False
    for role, status in (("auditor", 403), ("guest", 404)):
        client = await client_for(role)
        assert (await client.put(path_of(client), json={"is_away": True})).status_code == status


def hours(**changed: Any) -> dict[str, Any]:
    return {"is_away": False, "working_hours": HOURS | changed}


async def test_bad_input_is_refused_at_its_field(client_for: ClientFor) -> None:
    ann = await client_for("agent")
    inside = "/working_hours/hours"
    cases = [
        ({}, "/is_away"),
        ({"is_away": 1}, "/is_away"),
        ({"is_away": False, "colour": "red"}, "/colour"),
        ({"is_away": True, "away_until": "2026-03-02T15:00:00Z"}, "/away_until"),
        ({"is_away": True, "away_until": "tomorrow"}, "/away_until"),
        ({"is_away": False, "away_until": "2026-03-03T15:00:00Z"}, "/away_until"),
        ({"is_away": False, "working_hours": {}}, None),
        (hours(time_zone="Mars/Olympus"), "/working_hours/time_zone"),
        (hours(time_zone="EST"), "/working_hours/time_zone"),
        (hours(holidays=["2026-02-30"]), "/working_hours/holidays/0"),
        (hours(hours={}), inside),
        (hours(hours={"mon": []}), f"{inside}/mon"),
        (hours(hours={"mon": [["09:00"]]}), f"{inside}/mon/0"),
        (hours(hours={"mon": [["09:00", "24:00"]]}), f"{inside}/mon/0/1"),
        (hours(hours={"mon": [["17:00", "09:00"]]}), f"{inside}/mon/0"),
        (hours(hours={"mon": [["09:00", "09:00"]]}), f"{inside}/mon/0"),
        (hours(hours={"mon": [["09:00", "13:00"], ["12:00", "17:00"]]}), f"{inside}/mon"),
        (hours(hours={"mon": [["20:00", "00:00"], ["22:00", "23:00"]]}), f"{inside}/mon"),
        (hours(hours={"someday": [["09:00", "12:00"]]}), None),
        (hours(breaks=[]), "/working_hours/breaks"),
    ]
    assert await not_refused(ann, "PUT", path_of(ann), cases) == []
    assert (await ann.get(f"{USERS}/{ann.person_id}")).json()["availability"] == THERE


async def test_admins_say_who_works_tickets_and_how_many(client_for: ClientFor, resources: Resources) -> None:
    admin, ann = await client_for("admin"), await create_user(resources)
    path = f"{USERS}/{ann}"
    changed = (await admin.patch(path, json={"works_tickets": False, "capacity": 3})).json()
    assert (changed["works_tickets"], changed["capacity"]) == (False, 3)
    assert (await admin.patch(path, json={"capacity": None})).json()["capacity"] is None
    new = {"email": "bo@desk.example", "name": "Bo", "role": "agent", "password": "a long enough secret"}
    made = (await admin.post(USERS, json=new | {"works_tickets": False, "capacity": 0})).json()
    assert (made["works_tickets"], made["capacity"]) == (False, 0)
    cases: list[Case] = [({"capacity": bad}, "/capacity") for bad in (-1, 1.5, "3", True, 10_001)]
    cases += [({"works_tickets": bad}, "/works_tickets") for bad in (None, 1, "yes")]
    assert await not_refused(admin, "PATCH", path, cases) == []


@pytest.mark.parametrize("capacity", [0, 10_000, 7.0])
async def test_capacities_that_are_taken(client_for: ClientFor, resources: Resources, capacity: float) -> None:
    admin, ann = await client_for("admin"), await create_user(resources)
    answer = await admin.patch(f"{USERS}/{ann}", json={"capacity": capacity})
    assert answer.json()["capacity"] == int(capacity)
