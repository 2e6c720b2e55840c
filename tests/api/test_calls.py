"""In which order a request is judged: who calls, then what they send."""

import pytest
from tests.application import ClientFor, SignedInClient

SOMEBODY = "0199a1b2-7c3d-7e4f-8a5b-6c7d8e9f0a1b"


@pytest.mark.parametrize("path", ["tickets", f"tickets/{SOMEBODY}/comments", "portal/tickets", "messages", "contacts"])
async def test_a_stranger_is_told_nothing_of_a_cursor(anonymous: SignedInClient, path: str) -> None:
    assert (await anonymous.get(f"/api/v1/{path}?cursor=AAAA")).status_code == 401


@pytest.mark.parametrize("path", [f"tickets/{SOMEBODY}", "settings/mail", f"portal/tickets/{SOMEBODY}"])
async def test_a_stranger_is_told_nothing_of_a_condition(anonymous: SignedInClient, path: str) -> None:
    assert (await anonymous.get(f"/api/v1/{path}", headers={"If-None-Match": "1"})).status_code == 401


@pytest.mark.parametrize("method", ["PATCH", "PUT"])
async def test_a_stranger_is_told_nothing_of_an_expected_version(anonymous: SignedInClient, method: str) -> None:
    path = f"tickets/{SOMEBODY}" + ("/reminder" if method == "PUT" else "")
    answer = await anonymous.request(method, f"/api/v1/{path}", json={}, headers={"If-Match": "1"})
    assert answer.status_code == 401


async def test_a_body_is_asked_for_even_where_all_its_fields_may_be_left_out(client_for: ClientFor) -> None:
    admin = await client_for("admin")
    missing = await admin.patch("/api/v1/settings/mail")
    assert missing.status_code == 422
    assert [(error["pointer"], error["code"]) for error in missing.json()["errors"]] == [("", "missing")]
    assert (await admin.patch("/api/v1/settings/mail", json={})).status_code == 200


@pytest.mark.parametrize(("days", "status"), [(7, 200), (7.0, 200), (7.5, 422), (True, 422), ("7", 422), (1e300, 422)])
async def test_a_whole_number_is_one_however_json_writes_it(client_for: ClientFor, days: object, status: int) -> None:
    admin = await client_for("admin")
    answer = await admin.patch("/api/v1/settings/reminders", json={"every_days": days})
    assert answer.status_code == status
