"""Staff who are contacts too: in the portal nothing but the recipient of what was sent to them."""

from uuid import UUID

import pytest
from tests.application import ClientFor
from tests.factories.tickets import create_ticket, portal_step, read_activity, read_ticket

from ticketdesk.bootstrap import Resources

PORTAL = "/api/v1/portal/tickets"
BO = {"name": "Bo Lind", "email": "bo@lind.example"}


@pytest.mark.parametrize("role", ["admin", "lead", "agent"])
async def test_staff_are_the_contact_they_also_are(client_for: ClientFor, role: str) -> None:
    desk = await client_for("agent")
    ticket, hidden = await create_ticket(desk, send="now"), await create_ticket(desk, send="now", recipient=BO)
    contact_id = UUID(ticket["recipients"][0]["contact_id"])
    staff = await client_for(role, contact_id=contact_id)

    assert [one["id"] for one in (await staff.get(PORTAL)).json()["items"]] == [ticket["id"]]
    assert (await staff.get(f"{PORTAL}/{hidden['id']}")).status_code == 404
    assert (await portal_step(staff, hidden["id"], "complete")).status_code == 404
    said = await staff.post(f"{PORTAL}/{ticket['id']}/comments", json={"body": "Which one?"})
    assert said.json()["author"]["side"] == "recipient"
    assert (await portal_step(staff, ticket["id"], "complete")).json()["status"] == "pending_verification"

    entries = await read_activity(desk, ticket["id"])
    by_them = [entry for entry in entries if entry["kind"] in {"commented", "completed"}]
    assert {(entry["actor"]["kind"], entry["actor"]["id"]) for entry in by_them} == {("contact", str(contact_id))}
    assert len(by_them) == 2
    # At the desk they are staff as before.
    assert (await read_ticket(staff, hidden["id"]))["id"] == hidden["id"]


async def test_staff_without_a_contact_see_nothing(client_for: ClientFor, resources: Resources) -> None:
    staff = await client_for("admin")
    ticket = await create_ticket(staff, send="now")

    assert (await staff.get(PORTAL)).json()["items"] == []
    assert (await staff.get(f"{PORTAL}/{ticket['id']}")).status_code == 404
    refused = await staff.post(PORTAL, json={"title": "Swap it"})
    assert refused.status_code in {403, 422}


async def test_a_deactivated_contact_takes_the_portal_from_staff(client_for: ClientFor, resources: Resources) -> None:
    desk = await client_for("agent")
    ticket = await create_ticket(desk, send="now")
    contact_id = ticket["recipients"][0]["contact_id"]
    staff = await client_for("agent", contact_id=UUID(contact_id))
    assert (await desk.patch(f"/api/v1/contacts/{contact_id}", json={"is_active": False})).is_success

    assert (await staff.get(PORTAL)).json()["items"] == []
    assert (await staff.get("/api/v1/tickets")).is_success
