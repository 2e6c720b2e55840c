"""Support tickets: who may open them, for whom, and how they start (spec: product.md section 5)."""

from typing import Any

import httpx
import pytest
from sqlalchemy import update
from tests.application import ClientFor, SignedInClient
from tests.factories.contacts import create_account, create_contact, create_contact_without_address
from tests.factories.dispatches import deliver
from tests.factories.support_tickets import (
    CLIENT,
    Client,
    add_category,
    add_product,
    create_client,
    create_support_ticket,
    request_of,
)
from tests.factories.tickets import create_ticket, step

from ticketdesk.bootstrap import Resources
from ticketdesk.models.catalogue import categories
from ticketdesk.repositories.base import new_id

TICKETS = "/api/v1/tickets"


@pytest.fixture
async def agent(client_for: ClientFor) -> SignedInClient:
    return await client_for("agent", name="Agnes")


@pytest.fixture
async def client(resources: Resources) -> Client:
    return await create_client(resources)


def problem_of(answer: httpx.Response) -> tuple[str, str]:
    """Return pointer and code of the only field that is wrong."""
    assert answer.status_code == 422, answer.text
    [error] = answer.json()["errors"]
    return error["pointer"], error["code"]


async def test_a_ticket_starts_as_new_and_keeps_what_was_asked(agent: SignedInClient, client: Client) -> None:
    ticket = await create_support_ticket(
        agent,
        client,
        description="The old one is from spring.",
        product_id=str(client.product_id),
        priority="high",
        tags=["banner", "home", "banner"],
        requested_actions=[{"text": "Swap the banner"}],
        outreach_required=True,
    )
    named = {name: ticket[name] and ticket[name]["id"] for name in ("contact", "account", "category", "product")}
    assert named == {
        "contact": str(client.contact_id),
        "account": str(client.account_id),
        "category": str(client.category_id),
        "product": str(client.product_id),
    }
    assert (ticket["kind"], ticket["status"], ticket["status_label"], ticket["origin"]) == (
        "support",
        "new",
        "New",
        "staff",
    )
    assert (ticket["tags"], ticket["outreach_required"], ticket["priority"]) == (["banner", "home"], True, "high")
    assert [line["text"] for line in ticket["requested_actions"]] == ["Swap the banner"]
    assert (ticket["assignee"]["name"], ticket["attention"]["reasons"]) == ("Agnes", [])
    assert (ticket["newest_words_by"], ticket["first_response_at"]) == ("staff", None)
    assert ticket["created_by"]["name"] == "Agnes"


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"category_id": None}, ("/category_id", "category_or_product_required")),
        ({"category_id": str(new_id())}, ("/category_id", "unknown_reference")),
        ({"product_id": str(new_id())}, ("/product_id", "unknown_reference")),
        ({"contact_id": str(new_id())}, ("/contact_id", "unknown_reference")),
        ({"account_id": str(new_id())}, ("/account_id", "account_mismatch")),
        ({"contact_id": None}, ("/contact_id", "uuid_type")),
        ({"title": ""}, ("/title", "string_too_short")),
        ({"tags": ["a" * 51]}, ("/tags/0", "string_too_long")),
        ({"send": "now"}, ("/send", "extra_forbidden")),
        ({"kind": "other"}, ("/kind", "literal_error")),
    ],
)
async def test_what_does_not_fit_is_named(
    agent: SignedInClient, client: Client, fields: dict[str, Any], problem: tuple[str, str]
) -> None:
    answer = await agent.post(TICKETS, json=request_of(client, **fields))
    assert problem_of(answer) == problem
    assert "other" not in answer.text


async def test_a_body_says_its_kind(agent: SignedInClient) -> None:
    assert problem_of(await agent.post(TICKETS, json={"title": "Swap it"})) == ("/kind", "missing")


async def test_a_product_alone_is_enough(agent: SignedInClient, client: Client) -> None:
    ticket = await create_support_ticket(agent, client, category_id=None, product_id=str(client.product_id))
    assert (ticket["category"], ticket["requires_check"]) == (None, False)


async def test_what_is_retired_takes_no_new_tickets(
    agent: SignedInClient, client: Client, resources: Resources
) -> None:
    category_id = await add_category(resources, "Retired", is_active=False)
    product_id = await add_product(resources, "Retired", is_active=False)
    answer = await agent.post(
        TICKETS, json=request_of(client, category_id=str(category_id), product_id=str(product_id))
    )
    assert [(error["pointer"], error["code"]) for error in answer.json()["errors"]] == [
        ("/category_id", "inactive_reference"),
        ("/product_id", "inactive_reference"),
    ]


async def test_the_account_is_the_contacts_own(agent: SignedInClient, client: Client, resources: Resources) -> None:
    other = await create_account(resources, "Elsewhere")
    own = await agent.post(TICKETS, json=request_of(client, account_id=str(client.account_id)))
    assert own.json()["account"]["id"] == str(client.account_id)
    assert problem_of(await agent.post(TICKETS, json=request_of(client, account_id=str(other)))) == (
        "/account_id",
        "account_mismatch",
    )


async def test_the_contact_has_an_account_an_address_and_is_active(
    agent: SignedInClient, client: Client, resources: Resources
) -> None:
    alone = await create_contact(resources, "Bo")
    mute = await create_contact_without_address(resources, account_id=client.account_id)
    gone = await create_contact(resources, "Cy", account_id=client.account_id, is_active=False)
    for contact_id, code in ((alone, "account_required"), (mute, "recipient_required"), (gone, "contact_inactive")):
        answer = await agent.post(TICKETS, json=request_of(client, contact_id=str(contact_id)))
        assert problem_of(answer) == ("/contact_id", code)


async def test_what_has_to_be_checked_is_the_categorys_and_staff_check_what_they_asked_for(
    agent: SignedInClient, resources: Resources
) -> None:
    ticket = await create_support_ticket(agent, await create_client(resources, requires_check=True))
    assert (ticket["requires_check"], ticket["checker"]["name"], ticket["checker_team"]) == (True, "Agnes", None)


async def test_the_contact_is_told_that_the_request_was_received(
    agent: SignedInClient, client: Client, resources: Resources
) -> None:
    await create_support_ticket(agent, client)
    await deliver(resources)
    assert resources.catcher is not None
    [mail] = resources.catcher.mails
    assert mail.envelope_to == (CLIENT,)


async def patch(staff: httpx.AsyncClient, ticket: dict[str, Any], **fields: Any) -> httpx.Response:
    return await staff.patch(f"{TICKETS}/{ticket['id']}", json=fields)


async def test_staff_change_how_a_ticket_is_sorted(agent: SignedInClient, client: Client) -> None:
    ticket = await create_support_ticket(agent, client)
    changed = {"priority": "urgent", "tags": ["b", "a", "b"], "outreach_required": True}
    after = (await patch(agent, ticket, **changed, product_id=str(client.product_id))).json()
    assert (after["priority"], after["tags"], after["outreach_required"]) == ("urgent", ["b", "a"], True)
    assert after["product"]["name"] == "Landing pages"
    entries = (await agent.get(f"{TICKETS}/{ticket['id']}/activity")).json()["items"]
    assert entries[-1]["facts"] == {
        "fields": ["outreach_required", "priority", "product_id", "tags"],
        "before": {"outreach_required": False, "priority": "normal", "product_id": None, "tags": []},
    }


async def test_the_request_itself_is_write_once(agent: SignedInClient, client: Client) -> None:
    ticket = await create_support_ticket(agent, client)
    answer = await patch(agent, ticket, title="Another", description="Another", tags=["a"])
    assert (answer.status_code, answer.json()["code"]) == (409, "write_once")
    assert answer.json()["fields"] == ["description", "title"]


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"category_id": None}, ("/category_id", "category_or_product_required")),
        ({"category_id": str(new_id())}, ("/category_id", "unknown_reference")),
        ({"violation_category_ids": []}, ("/violation_category_ids", "not_for_this_kind")),
        ({"tags": ["x"] * 21}, ("/tags", "too_long")),
    ],
)
async def test_a_patch_that_does_not_fit_is_named(
    agent: SignedInClient, client: Client, fields: dict[str, Any], problem: tuple[str, str]
) -> None:
    assert problem_of(await patch(agent, await create_support_ticket(agent, client), **fields)) == problem


async def test_corrective_tickets_have_nothing_of_support(agent: SignedInClient) -> None:
    ticket = await create_ticket(agent, send="now")
    assert problem_of(await patch(agent, ticket, tags=["a"])) == ("/tags", "not_for_this_kind")


async def test_another_category_decides_anew_about_the_check_while_nobody_has_completed(
    agent: SignedInClient, client: Client, resources: Resources
) -> None:
    checked, plain = await add_category(resources, "Checked", requires_check=True), str(client.category_id)
    ticket = await create_support_ticket(agent, client)
    after = (await patch(agent, ticket, category_id=str(checked))).json()
    assert (after["requires_check"], after["checker"]["name"]) == (True, "Agnes")
    after = (await patch(agent, ticket, category_id=plain)).json()
    assert (after["requires_check"], after["checker"]) == (False, None)
    await patch(agent, ticket, category_id=str(checked))
    assert (await step(agent, ticket["id"], "complete")).is_success
    after = (await patch(agent, ticket, category_id=plain)).json()
    assert (after["requires_check"], after["status"]) == (True, "pending_verification")


async def test_what_was_retired_since_stays_until_it_is_changed(
    agent: SignedInClient, client: Client, resources: Resources
) -> None:
    ticket = await create_support_ticket(agent, client)
    async with resources.engine.begin() as connection:
        await connection.execute(update(categories).values(is_active=False))
    assert (await patch(agent, ticket, product_id=str(client.product_id))).is_success
    problem = ("/category_id", "inactive_reference")
    assert problem_of(await patch(agent, ticket, category_id=str(client.category_id))) == problem
