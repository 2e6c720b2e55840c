"""What has a version says so, and is not sent again to who has it."""

from collections.abc import Iterator
from typing import Any

from tests.application import ClientFor
from tests.contract import CONTRACT
from tests.factories import catalogue
from tests.factories.attachments import attach
from tests.factories.compilations import create_compilation
from tests.factories.contacts import create_account, create_contact
from tests.factories.documents import create_document
from tests.factories.monitored_items import create_category
from tests.factories.tickets import RECIPIENT

from ticketdesk.bootstrap import Resources


def conditional() -> Iterator[tuple[str, dict[str, Any]]]:
    for path, item in CONTRACT["paths"].items():
        names = {parameter.get("name") for parameter in item.get("get", {}).get("parameters", [])}
        if "If-None-Match" in names:
            yield path, item["get"]


async def test_who_has_the_present_version_gets_none(client_for: ClientFor, resources: Resources) -> None:
    admin = await client_for("admin")
    ticket = (
        await admin.post("/api/v1/tickets", json={"kind": "corrective", "title": "One", "recipient": RECIPIENT})
    ).json()
    assert (await admin.post(f"/api/v1/tickets/{ticket['id']}/transitions", json={"action": "send"})).is_success
    file = await attach(admin, ticket["id"], visibility="public")
    link = (await admin.post(f"/api/v1/attachments/{file['id']}/links")).json()["url"]
    account = await create_account(resources)
    caller = await create_contact(resources, "Kim", "kim@brightpath.example", account_id=account)
    call = (await admin.post("/api/v1/calls", json={"contact_id": str(caller)})).json()
    ids = {
        "call_id": call["id"],
        "ticket_id": ticket["id"],
        "attachment_id": file["id"],
        "token": link.rpartition("/")[2],
        "contact_id": await create_contact(resources),
        "document_id": (await create_document(resources)).id,
        "compilation_id": (await create_compilation(resources, admin.person_id)).id,
        "account_id": account,
        "product_id": await catalogue.create_product(admin),
        "category_id": await catalogue.create_category(admin),
    }
    view = await admin.post("/api/v1/saved-views", json={"name": "All", "filters": {}})
    ids |= {"view_id": view.json()["id"]}
    ids["template_id"] = await catalogue.create_template(admin, category_id=ids["category_id"])
    violation = {"category_id": await create_category(admin, "12 CFR 1026.24")}
    clients = {"portal": await client_for.portal(ticket["contact"]["id"])}
    # So that something is to be worked next.
    comment = f"/api/v1/portal/tickets/{ticket['id']}/comments"
    assert (await clients["portal"].post(comment, json={"body": "Which sentence?"})).is_success
    every = list(conditional())
    assert {"/api/v1/tickets/{ticket_id}", "/api/v1/portal/tickets/{ticket_id}"} <= {path for path, _ in every}
    for path, operation in every:
        assert {"200", "304"} <= set(operation["responses"]), path
        client = clients.get(operation.get("x-permission", ""), admin)
        named = ids | violation if "/violation-" in path else ids
        url = path.format(**named)
        # The first look at a portal ticket is recorded, and so makes a version of its own.
        await client.get(url)
        tag = (await client.get(url)).headers["etag"]
        for known, status in ((tag, 304), (f'"x", W/{tag}', 304), ("*", 304), ('"x"', 200), ("nonsense", 422)):
            answer = await client.get(url, headers={"If-None-Match": known})
            assert answer.status_code == status, f"{url} {known}: {answer.text}"
            assert status != 304 or (answer.headers["etag"], answer.content) == (tag, b""), url
