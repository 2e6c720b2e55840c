"""Ask a person to correct something, send it, see that it was delivered, and read the record.

Against the demo (`make demo` prints the key):

    TICKETDESK_API_URL=http://127.0.0.1:8000 TICKETDESK_API_KEY=td_... python examples/quickstart.py

The key needs the scopes contacts:read, contacts:write, tickets:read, tickets:write, dispatches:read,
dispatches:write and messages:read. Only httpx is needed to run it.
"""

import os
import sys
import time

import httpx

PATIENCE_SECONDS = 30


def main() -> None:
    """Run the steps one after the other."""
    key = os.environ.get("TICKETDESK_API_KEY") or sys.exit("Set TICKETDESK_API_KEY.")
    with httpx.Client(
        base_url=os.environ.get("TICKETDESK_API_URL", "http://127.0.0.1:8000") + "/api/v1",
        headers={"Authorization": f"Bearer {key}"},
        timeout=30,
    ) as desk:
        contact = find_or_create_contact(desk, "Nina Castillo", "nina.castillo@harborview.example")
        ticket = create_ticket(desk, contact, reference="newsletter-2026-11")
        dispatch(desk, ticket)
        show_messages(desk, ticket)
        show_activity(desk, ticket)


def find_or_create_contact(desk: httpx.Client, name: str, email: str) -> dict:
    """Look first: an address belongs to one contact."""
    known = checked(desk.get("/contacts", params={"q": email}))["items"]
    contact = next((person for person in known if email in person["addresses"]), None)
    if contact is None:
        contact = checked(desk.post("/contacts", json={"name": name, "addresses": [email]}))
    print(f"contact   {contact['name']} <{contact['email']}>")
    return contact


def create_ticket(desk: httpx.Client, contact: dict, reference: str) -> dict:
    """Hold a ticket. The key makes it one ticket for this reference, however often the request is repeated."""
    answer = desk.post(
        "/tickets",
        headers={"Idempotency-Key": f"quickstart-{reference}"},
        json={
            "kind": "corrective",
            "title": "Name the source of the figures in your newsletter",
            "contact_id": contact["id"],
            "requested_actions": [
                {"text": "Add the source below the table", "note": "FINRA Rule 2210(d)(1)"},
                {"text": "Send the corrected newsletter to the same list"},
            ],
            "send": "later",
        },
    )
    ticket = checked(answer)
    repeated = "Idempotent-Replayed" in answer.headers
    print(f"ticket    #{ticket['number']} {ticket['title']}{' (made by an earlier run)' if repeated else ''}")
    return ticket


def dispatch(desk: httpx.Client, ticket: dict) -> None:
    """Send what is held, and wait for the result: a worker does it, usually within a second."""
    sent = checked(desk.post("/dispatches", json={"ticket_ids": [ticket["id"]]}))
    deadline = time.monotonic() + PATIENCE_SECONDS
    while sent["state"] not in {"done", "cancelled"}:
        if time.monotonic() > deadline:
            sys.exit(f"The dispatch is still {sent['state']}. Does a worker run?")
        time.sleep(0.2)
        sent = checked(desk.get(f"/dispatches/{sent['id']}"))
    for result in sent["tickets"]:
        print(f"dispatch  #{result['number']} {result['outcome']}{': ' + result['reason'] if result['reason'] else ''}")


def show_messages(desk: httpx.Client, ticket: dict) -> None:
    """Print every mail about the ticket, with what became of it."""
    for message in checked(desk.get(f"/tickets/{ticket['id']}/messages"))["items"]:
        print(f"message   {message['state']} to {message['address']}: {message['subject']}")


def show_activity(desk: httpx.Client, ticket: dict) -> None:
    """Print the record, page by page; nobody can change an entry."""
    query: dict[str, str | int] = {"limit": 50}
    while True:
        page = checked(desk.get(f"/tickets/{ticket['id']}/activity", params=query))
        for entry in page["items"]:
            print(f"activity  {entry['seq']} {entry['at']} {entry['actor']['name']}: {entry['kind']}")
        if page["next_cursor"] is None:
            return
        query["cursor"] = page["next_cursor"]


def checked(answer: httpx.Response) -> dict:
    """Return the answer's JSON, or end with what the problem document says."""
    if answer.is_success:
        return answer.json()
    problem = answer.json()
    fields = "".join(f"\n  {error['pointer']}: {error['detail']}" for error in problem.get("errors", []))
    sys.exit(f"{answer.status_code} {problem['code']}: {problem['detail']}{fields}")


if __name__ == "__main__":
    main()
