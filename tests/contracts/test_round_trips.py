"""How often a request asks the database: BEGIN and COMMIT, counting and looking up who calls included."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tests.application import ClientFor
from tests.contract import CONTRACT
from tests.factories.answers import save
from tests.factories.monitored_items import put_item
from tests.factories.support import SupportDesk
from tests.factories.tasks import create_task
from tests.factories.tickets import RECIPIENT, create_ticket, recipient_of, step
from tests.statements import noted_statements

from ticketdesk.bootstrap import Resources
from ticketdesk.repositories.base import new_id

TICKETS = "/api/v1/tickets"
PAGED = [
    (path, item["get"])
    for path, item in CONTRACT["paths"].items()
    if "limit" in {parameter.get("name") for parameter in item.get("get", {}).get("parameters", [])}
]

# Their days are those of the desk's calendar, and they count as exports.
LEDGERS = {"/api/v1/rework", "/api/v1/end-of-day-breaches"}


def keyed() -> dict[str, str]:
    return {"Idempotency-Key": str(new_id())}


@asynccontextmanager
async def at_most(resources: Resources, most: int) -> AsyncIterator[None]:
    """Fail when what happens in the block asks more often; says what was asked."""
    async with noted_statements(resources) as noted:
        yield
    assert len(noted) <= most, "\n\n".join(noted)


async def test_reading_takes_no_transaction(client_for: ClientFor, resources: Resources) -> None:
    staff = await client_for("lead")
    ticket = await create_ticket(staff, send="now")
    recipient = await recipient_of(client_for, ticket)
    in_portal = f"/api/v1/portal/tickets/{ticket['id']}"
    assert (await recipient.get(in_portal)).is_success
    task = await create_task(resources, staff.person_id, kinds=(("text", "yes_no", "date"), ("number",)))
    asked = await client_for.portal(task.contact_ids[0])
    for client, path, most in (
        (staff, f"{TICKETS}/{ticket['id']}", 2),
        (recipient, in_portal, 2),
        (asked, f"/api/v1/portal/tickets/{task.id}/answers", 3),
        (staff, f"{TICKETS}?status=new&assignee_id=me&sort=-updated_at", 2),
        (staff, f"{TICKETS}/counts", 3),
        (staff, f"{TICKETS}/counts?assignee_id=me", 3),
    ):
        assert (await client.get(path)).is_success
        async with at_most(resources, most):
            assert (await client.get(path)).is_success


async def test_a_change_with_a_key_asks_no_more_than_it_must(client_for: ClientFor, resources: Resources) -> None:
    staff = await client_for("lead")
    # The driver learns types, and Core prepares, at first use.
    ticket = await create_ticket(staff)
    assert (await step(staff, ticket["id"], "send")).is_success
    assert (await step(staff, ticket["id"], "close", reason="No longer needed")).is_success
    body = {"kind": "corrective", "title": "Second", "recipient": RECIPIENT}
    async with at_most(resources, 8):
        made = await staff.post(TICKETS, json=body, headers=keyed())
    assert made.status_code == 201
    steps = f"{TICKETS}/{made.json()['id']}/transitions"
    async with at_most(resources, 11):
        assert (await staff.post(steps, json={"action": "send"}, headers=keyed())).is_success
    # Two of them free the place of whoever had it: offers end, and somebody may wait for the place.
    async with at_most(resources, 11):
        closing = {"action": "close", "reason": "No longer needed"}
        assert (await staff.post(steps, json=closing, headers=keyed())).is_success


async def test_a_ticket_that_is_given_out_asks_no_more_either(client_for: ClientFor, resources: Resources) -> None:
    staff = await client_for("agent")
    client = (await SupportDesk.open(resources)).client
    about = {"contact_id": str(client.contact_id), "category_id": str(client.category_id)}
    body = {"kind": "support", "title": "The export stops half-way", **about}
    assert (await staff.post(TICKETS, json=body, headers=keyed())).is_success
    async with at_most(resources, 12):
        made = await staff.post(TICKETS, json=body, headers=keyed())
    assert made.json()["assignee"]["id"] == str(staff.person_id)


async def test_many_answers_ask_as_often_as_one(client_for: ClientFor, resources: Resources) -> None:
    staff = await client_for("agent")
    task = await create_task(resources, staff.person_id, kinds=(("text",) * 12,))
    recipient = await client_for.portal(task.contact_ids[0])
    asked = []
    # The driver learns types at first use; at last come ten new answers with two that are changed.
    for count, words in ((1, "First"), (2, "Second"), (1, "Third"), (2, "Fourth"), (12, "Fifth")):
        async with noted_statements(resources) as noted:
            await save(recipient, task, *[words] * count)
        asked.append(len(noted))
    assert asked[3] == asked[2] <= 11
    # Those that are new are written in one go, and so are those that are not.
    assert asked[4] <= asked[3] + 2


async def test_a_list_asks_as_often_for_many_rows_as_for_one(client_for: ClientFor, resources: Resources) -> None:
    admin = await client_for("admin")
    ticket, *_ = [await create_ticket(admin, send="now") for _ in range(3)]
    await put_item(admin)
    for body in ("One", "Two", "Three"):
        assert (await admin.post(f"{TICKETS}/{ticket['id']}/comments", json={"body": body})).is_success
    task = await create_task(resources, admin.person_id)
    ids = {
        "ticket_id": ticket["id"],
        "contact_id": ticket["contact"]["id"],
        "section": "reminders",
        "document_id": task.document_id,
        "compilation_id": task.compilation_id,
        "question_id": task.questions[0].source_id,
    }
    of_task = ids | {"ticket_id": task.id, "question_id": task.questions[0].id}
    clients = {"portal": await recipient_of(client_for, ticket)}
    longest = {}
    for path, operation in PAGED:
        client, url = (
            clients.get(operation["x-permission"], admin),
            path.format(**(of_task if "/answers/" in path else ids)),
        )
        asked = []
        for limit in (1, 200):
            # The driver learns types, and Core prepares, at first use.
            await client.get(url, params={"limit": limit})
            async with noted_statements(resources) as noted:
                answer = await client.get(url, params={"limit": limit})
            asked.append(len(noted))
            assert answer.is_success, f"{url}: {answer.text}"
            longest[path] = len(answer.json()["items"])
        assert asked[0] == asked[1] <= (10 if path in LEDGERS else 6), path
    assert {path for path, rows in longest.items() if rows > 1} >= {
        TICKETS,
        "/api/v1/portal/tickets",
        f"{TICKETS}/{{ticket_id}}/comments",
        f"{TICKETS}/{{ticket_id}}/activity",
        f"{TICKETS}/{{ticket_id}}/messages",
    }, longest
