"""Settings over HTTP: typed sections, their versions and the record of who changed what."""

import asyncio
from dataclasses import asdict
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from tests.application import ClientFor, FrozenClock
from tests.refusals import Case, not_refused

from ticketdesk.bootstrap import Resources
from ticketdesk.domain.rate_limits import QUOTAS
from ticketdesk.models.outbox import outbox
from ticketdesk.models.settings import setting_changes
from ticketdesk.services import settings

DEFAULTS: dict[str, dict[str, Any]] = {
    "calendar": {"time_zone": "America/Chicago", "business_days": ["mon", "tue", "wed", "thu", "fri"], "holidays": []},
    "reminders": {
        "enabled": True,
        "every_days": 7,
        "max_days": None,
        "max_count": None,
        "business_days_only": True,
        "send_at": "09:00",
    },
    "dispatch": {"end_of_business_day": "17:00", "automatic": False},
    "assignment": {"default_mode": "least_loaded", "handover_hours": 24, "respect_working_hours": False},
    "tasks": {
        "reminders_enabled": True,
        "remind_days_before": [7, 1],
        "overdue_every_days": 3,
        "overdue_max_count": 5,
    },
    "checks": {
        "management_team_id": None,
        "end_of_day_guard": True,
        "end_of_day": "17:00",
        "warning_minutes": 60,
    },
    "mail": {
        "subject_prefix": "",
        "bcc_address": None,
        "sender_name": "Ticketdesk",
        "reply_to": None,
        "signature": "",
        "link_valid_days": 90,
        "invite_valid_days": 14,
        "staff_url": None,
    },
    "branding": {"desk_name": "Ticketdesk"},
    "attachments": {
        "max_file_bytes": 26_214_400,
        "max_ticket_bytes": 262_144_000,
        "max_ticket_files": 100,
    },
    "limits": {"quotas": {limited.value: asdict(quotas) for limited, quotas in QUOTAS.items()}},
}


async def test_sections_have_their_defaults(client_for: ClientFor) -> None:
    client = await client_for("auditor")
    assert (await client.get("/api/v1/settings")).json() == DEFAULTS
    for section, value in DEFAULTS.items():
        answer = await client.get(f"/api/v1/settings/{section}")
        assert (answer.json(), answer.headers["etag"]) == (value, '"1"')


ACCEPTED: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("calendar", {"time_zone": "Europe/Berlin"}, {"time_zone": "Europe/Berlin"}),
    ("calendar", {"time_zone": "UTC"}, {"time_zone": "UTC"}),
    ("calendar", {"business_days": ["sun", "mon", "sun"]}, {"business_days": ["mon", "sun"]}),
    ("calendar", {"holidays": ["2026-12-25", "2026-01-01", "2026-12-25"]}, {"holidays": ["2026-01-01", "2026-12-25"]}),
    ("reminders", {"every_days": 3, "max_days": 30}, {"every_days": 3, "max_days": 30}),
    ("reminders", {"max_days": None}, {"max_days": None}),
    ("reminders", {"send_at": "00:00", "enabled": False}, {"send_at": "00:00", "enabled": False}),
    ("dispatch", {"end_of_business_day": "23:59"}, {"end_of_business_day": "23:59"}),
    ("dispatch", {"automatic": True}, {"automatic": True}),
    ("checks", {"end_of_day": "16:30", "warning_minutes": 0}, {"end_of_day": "16:30", "warning_minutes": 0}),
    ("mail", {"bcc_address": "archive@desk.example"}, {"bcc_address": "archive@desk.example"}),
    ("mail", {"signature": "Compliance\r\nSecond floor"}, {"signature": "Compliance\nSecond floor"}),
    ("mail", {"staff_url": "https://desk.example/tickets"}, {"staff_url": "https://desk.example/tickets"}),
    ("branding", {"desk_name": "Brightpath Compliance"}, {"desk_name": "Brightpath Compliance"}),
    ("attachments", {"max_file_bytes": 1_073_741_824}, {"max_file_bytes": 1_073_741_824}),
]


async def test_a_patch_changes_what_it_names_and_nothing_else(client_for: ClientFor) -> None:
    admin = await client_for("admin")
    expected = {section: dict(value) for section, value in DEFAULTS.items()}
    versions = dict.fromkeys(DEFAULTS, 1)
    for section, patch, stored in ACCEPTED:
        expected[section] |= stored
        versions[section] += 1
        answer = await admin.patch(f"/api/v1/settings/{section}", json=patch)
        assert (answer.status_code, answer.json()) == (200, expected[section])
        assert answer.headers["etag"] == f'"{versions[section]}"'
        assert (await admin.get("/api/v1/settings")).json() == expected


REFUSED: dict[str, list[Case]] = {
    "calendar": [
        ({"time_zone": "CST"}, "/time_zone"),
        ({"time_zone": "EST"}, "/time_zone"),
        ({"time_zone": "../../etc/passwd"}, "/time_zone"),
        ({"time_zone": "America/Chicago\x00"}, "/time_zone"),
        ({"time_zone": None}, "/time_zone"),
        ({"business_days": []}, "/business_days"),
        ({"business_days": ["monday"]}, "/business_days/0"),
        ({"holidays": ["2026-02-30"]}, "/holidays/0"),
        ({"holidays": ["9999-01-01"]}, "/holidays/0"),
        ({"holidays": [0]}, "/holidays/0"),
        ({"holidays": ["2026-01-01T00:00:00"]}, "/holidays/0"),
        ({"holidays": ["2026-01-01"] * 1001}, "/holidays"),
    ],
    "reminders": [
        ({"every_days": 0}, "/every_days"),
        ({"every_days": True}, "/every_days"),
        ({"every_days": "7"}, "/every_days"),
        ({"every_days": 7.5}, "/every_days"),
        ({"every_days": 2**63}, "/every_days"),
        ({"every_days": 10**400}, "/every_days"),
        ({"max_days": 366}, "/max_days"),
        ({"enabled": 1}, "/enabled"),
        ({"enabled": None}, "/enabled"),
        ({"send_at": "24:00"}, "/send_at"),
        ({"send_at": "9:00"}, "/send_at"),
        ({"send_at": 540}, "/send_at"),
        ({"send_at": "\uff10\uff19:\uff10\uff10"}, "/send_at"),
        ({"every_day": 7}, "/every_day"),
    ],
    "dispatch": [({"end_of_business_day": "17:00:00"}, "/end_of_business_day")],
    "checks": [
        ({"management_team_id": "0199a1b2-7c3d-7e4f-8a5b-6c7d8e9f0a1b"}, "/management_team_id"),
        ({"management_team_id": "Management"}, "/management_team_id"),
        ({"end_of_day": "25:00"}, "/end_of_day"),
        ({"warning_minutes": -1}, "/warning_minutes"),
        ({"warning_minutes": 721}, "/warning_minutes"),
    ],
    "mail": [
        ({"subject_prefix": "[Desk]\r\nBcc: evil@x.example"}, "/subject_prefix"),
        ({"subject_prefix": "x" * 51}, "/subject_prefix"),
        ({"subject_prefix": "\ud800"}, None),
        ({"bcc_address": "nobody"}, "/bcc_address"),
        ({"sender_name": "Desk\x00"}, "/sender_name"),
        ({"sender_name": " "}, "/sender_name"),
        ({"link_valid_days": 0}, "/link_valid_days"),
        ({"invite_valid_days": 366}, "/invite_valid_days"),
        ({"staff_url": "javascript:alert(1)"}, "/staff_url"),
        ({"staff_url": "https://ann:secret@desk.example/"}, "/staff_url"),
    ],
    "branding": [({"desk_name": ["x"]}, "/desk_name"), ([], "")],
    "attachments": [
        ({"max_file_bytes": 1_073_741_825}, "/max_file_bytes"),
        ({"max_ticket_files": 0}, "/max_ticket_files"),
    ],
}


async def test_bad_input_is_refused_at_its_field(client_for: ClientFor) -> None:
    admin = await client_for("admin")
    for section, cases in REFUSED.items():
        assert await not_refused(admin, "PATCH", f"/api/v1/settings/{section}", cases) == []
    assert (await admin.get("/api/v1/settings")).json() == DEFAULTS


async def test_the_management_team_is_one_that_there_is(client_for: ClientFor) -> None:
    admin = await client_for("admin")
    team = (await admin.post("/api/v1/teams", json={"name": "Management"})).json()
    for named in (team["id"], None):
        answer = await admin.patch("/api/v1/settings/checks", json={"management_team_id": named})
        assert (answer.status_code, answer.json()["management_team_id"]) == (200, named)


async def test_only_an_admin_changes_settings(client_for: ClientFor) -> None:
    for role in ("lead", "agent", "auditor"):
        client = await client_for(role)
        assert (await client.get("/api/v1/settings/mail")).status_code == 200
        assert (await client.get("/api/v1/settings/mail/changes")).status_code == 200
        answer = await client.patch("/api/v1/settings/mail", json={"sender_name": "Mine"})
        assert (answer.status_code, answer.json()["code"]) == (403, "not_permitted")


async def test_a_guest_and_a_stranger_see_no_settings(client_for: ClientFor) -> None:
    assert (await (await client_for("guest")).get("/api/v1/settings")).status_code == 404
    assert (await (await client_for.bearing(None)).get("/api/v1/settings")).status_code == 401


async def test_an_unknown_section_is_not_there(client_for: ClientFor) -> None:
    admin = await client_for("admin")
    assert (await admin.get("/api/v1/settings/weather")).status_code == 404
    assert (await admin.get("/api/v1/settings/weather/changes")).status_code in {404, 422}


async def test_a_stale_version_changes_nothing(client_for: ClientFor) -> None:
    admin = await client_for("admin")
    first = await admin.patch("/api/v1/settings/mail", json={"sender_name": "One"}, headers={"If-Match": '"1"'})
    assert (first.status_code, first.headers["etag"]) == (200, '"2"')
    late = await admin.patch("/api/v1/settings/mail", json={"sender_name": "Two"}, headers={"If-Match": '"1"'})
    assert (late.status_code, late.json()["code"]) == (412, "stale_version")
    assert (await admin.get("/api/v1/settings/mail")).json()["sender_name"] == "One"


IF_MATCH = {"*": 200, '"7", "1"': 200, 'W/"1"': 412, '"of-somebody-else"': 412, '""': 412, "1": 422, "\xff": 422}


async def test_if_match_is_read_as_the_standard_has_it(client_for: ClientFor) -> None:
    admin = await client_for("admin")
    for header, status in IF_MATCH.items():
        # Nothing changes, so that the version stays 1.
        headers = [(b"If-Match", header.encode("latin-1"))]
        answer = await admin.patch("/api/v1/settings/mail", json={}, headers=headers)
        assert (header, answer.status_code) == (header, status)


async def test_every_change_is_recorded_newest_first(client_for: ClientFor, clock: FrozenClock) -> None:
    admin = await client_for("admin", name="Ada Admin")
    for number in range(1, 4):
        await admin.patch("/api/v1/settings/mail", json={"sender_name": f"Desk {number}"})
        clock.advance(timedelta(minutes=1))
    await admin.patch("/api/v1/settings/branding", json={"desk_name": "Elsewhere"})
    first = (await admin.get("/api/v1/settings/mail/changes?limit=2")).json()
    rest = (await admin.get(f"/api/v1/settings/mail/changes?limit=2&cursor={first['next_cursor']}")).json()
    entries = first["items"] + rest["items"]
    assert [entry["after"] for entry in entries] == [{"sender_name": f"Desk {number}"} for number in (3, 2, 1)]
    assert [entry["before"]["sender_name"] for entry in entries] == ["Desk 2", "Desk 1", "Ticketdesk"]
    assert {entry["changed_by"]["name"] for entry in entries} == {"Ada Admin"}
    assert entries[2]["changed_by"]["id"] == str(admin.person_id)
    assert entries[2]["changed_at"] == "2026-03-02T15:00:00Z"
    assert rest["next_cursor"] is None


async def test_a_patch_that_changes_nothing_is_not_recorded(client_for: ClientFor) -> None:
    admin = await client_for("admin")
    for patch in ({}, {"desk_name": "Ticketdesk"}):
        answer = await admin.patch("/api/v1/settings/branding", json=patch)
        assert (answer.status_code, answer.headers["etag"]) == (200, '"1"')
    assert (await admin.get("/api/v1/settings/branding/changes")).json()["items"] == []


async def test_the_record_cannot_be_altered(client_for: ClientFor, resources: Resources) -> None:
    admin = await client_for("admin")
    await admin.patch("/api/v1/settings/branding", json={"desk_name": "New"})
    for statement in ("UPDATE setting_changes SET actor_name = 'x'", "DELETE FROM setting_changes"):
        with pytest.raises(DBAPIError):
            async with resources.engine.begin() as connection:
                await connection.execute(text(statement))


async def test_changes_at_the_same_time_are_all_kept(client_for: ClientFor, resources: Resources) -> None:
    admin = await client_for("admin")
    fields: dict[str, Any] = {
        "subject_prefix": "[Desk]",
        "sender_name": "Sender",
        "signature": "Signed",
        "link_valid_days": 5,
        "invite_valid_days": 30,
        "reply_to": "reply@desk.example",
        "bcc_address": "bcc@desk.example",
        "staff_url": "https://desk.example/tickets",
    }
    patches = (admin.patch("/api/v1/settings/mail", json={name: value}) for name, value in fields.items())
    answers = await asyncio.gather(*patches)
    assert [answer.status_code for answer in answers] == [200] * len(fields)
    after = await admin.get("/api/v1/settings/mail")
    assert (after.json(), after.headers["etag"]) == (fields, '"9"')
    async with resources.engine.connect() as connection:
        recorded = (await connection.execute(select(setting_changes.c.after))).scalars().all()
    assert {name: value for entry in recorded for name, value in entry.items()} == fields


async def test_of_two_changes_to_one_version_one_wins(client_for: ClientFor) -> None:
    admin = await client_for("admin")
    headers = {"If-Match": '"1"'}
    patches = (
        admin.patch("/api/v1/settings/branding", json={"desk_name": f"Desk {n}"}, headers=headers) for n in range(5)
    )
    answers = await asyncio.gather(*patches)
    assert sorted(answer.status_code for answer in answers) == [200, 412, 412, 412, 412]


async def test_services_read_typed_values(client_for: ClientFor, resources: Resources) -> None:
    admin = await client_for("admin")
    holidays = {"holidays": ["2026-12-25"], "time_zone": "Europe/Berlin", "business_days": ["mon"]}
    await admin.patch("/api/v1/settings/calendar", json=holidays)
    async with resources.unit_of_work() as uow:
        calendar = await settings.get_calendar(uow)
        dispatch = await settings.get_dispatch(uow)
    assert calendar.zone.key == "Europe/Berlin"
    assert calendar.business_calendar.weekdays == {0}
    assert [day.isoformat() for day in calendar.business_calendar.holidays] == ["2026-12-25"]
    assert dispatch.end_of_business_day.hour == 17


async def test_what_decides_reminders_has_them_planned_anew(
    client_for: ClientFor, resources: Resources, monkeypatch: pytest.MonkeyPatch
) -> None:
    announced: list[str] = []

    async def note(_uow: object, event: object) -> None:
        announced.append(type(event).__name__)

    monkeypatch.setattr("ticketdesk.repositories.unit_of_work.UnitOfWork.emit", note)
    admin = await client_for("admin")
    await admin.patch("/api/v1/settings/mail", json={"sender_name": "Other"})
    await admin.patch("/api/v1/settings/reminders", json={"every_days": 7})
    assert announced == []
    await admin.patch("/api/v1/settings/reminders", json={"every_days": 8})
    await admin.patch("/api/v1/settings/calendar", json={"holidays": ["2026-12-25"]})
    assert announced == ["RemindersReconfigured", "RemindersReconfigured"]
    async with resources.engine.connect() as connection:
        assert (await connection.execute(select(outbox.c.id))).all() == []
