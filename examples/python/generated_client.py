"""One corrective ticket from finding to close, with the client that openapi-python-client generates.

    TICKETDESK_API_URL=http://127.0.0.1:8000 TICKETDESK_API_KEY=td_... python generated_client.py

The key needs the scopes contacts:read, contacts:write, tickets:read, tickets:write, dispatches:read and
dispatches:write. How the client is generated: examples/README.md.
"""

import os
import sys
import time
from collections.abc import Iterator
from typing import TypeVar
from uuid import uuid4

from mailbox_link import token_from_mail
from ticketdesk_client import AuthenticatedClient, Client
from ticketdesk_client.api.activity import list_activity
from ticketdesk_client.api.auth import exchange_link
from ticketdesk_client.api.comments import create_comment
from ticketdesk_client.api.contacts import create_contact, list_contacts
from ticketdesk_client.api.dispatches import create_dispatch, get_dispatch
from ticketdesk_client.api.portal import (
    create_portal_comment,
    edit_portal_action,
    get_portal_ticket,
    transition_portal_ticket,
)
from ticketdesk_client.api.tickets import create_ticket, edit_ticket, get_ticket, transition_ticket
from ticketdesk_client.models import (
    Action,
    Activity,
    CommentCreate,
    Contact,
    ContactCreate,
    CorrectiveTicketCreate,
    CorrectiveTicketCreateSend,
    DispatchCreate,
    DispatchState,
    LinkExchange,
    PortalCommentCreate,
    PortalTransition,
    PortalTransitionAction,
    Priority,
    Problem,
    RequestedActionInput,
    RequestedActionPatch,
    Ticket,
    TicketOutcome,
    TicketPatch,
    TransitionInput,
    TransitionInputAction,
    Visibility,
)
from ticketdesk_client.types import UNSET, Response, Unset

URL = os.environ.get("TICKETDESK_API_URL", "http://127.0.0.1:8000")
EMAIL = "amelia.brooks@harborview.example"
PATIENCE_SECONDS = 30

Data = TypeVar("Data")


def main() -> None:
    """Run the steps one after the other."""
    key = os.environ.get("TICKETDESK_API_KEY") or sys.exit("Set TICKETDESK_API_KEY.")
    with signed_in(key) as desk:
        contact = find_or_create_contact(desk, "Amelia Brooks", EMAIL)
        ticket = hold_ticket(desk, contact, reference=str(uuid4()))
        raise_priority(desk, ticket)
        send(desk, ticket)
        with follow_link(ticket) as portal:
            talk(portal, desk, ticket)
            complete(portal, ticket)
        close(desk, ticket)
        for entry in record(desk, ticket):
            print(f"record     {entry.seq} {entry.actor.name}: {entry.kind}")


def signed_in(token: str) -> AuthenticatedClient:
    """Return a client that bears ``token``. An answer that the contract does not know raises ``UnexpectedStatus``."""
    return AuthenticatedClient(base_url=URL, token=token, raise_on_unexpected_status=True)


def find_or_create_contact(desk: AuthenticatedClient, name: str, email: str) -> Contact:
    """Look first: an address belongs to one contact."""
    page = checked(list_contacts.sync_detailed(client=desk, q=email))
    contact = next((person for person in page.items if email in person.addresses), None)
    if contact is None:
        body = ContactCreate(name=name, addresses=[email])
        contact = checked(create_contact.sync_detailed(client=desk, body=body))
    print(f"contact    {contact.name} <{contact.email}>")
    return contact


def hold_ticket(desk: AuthenticatedClient, contact: Contact, reference: str) -> Ticket:
    """Hold a ticket. An answer may get lost, so the same request is sent twice here: the key makes it one ticket."""
    body = CorrectiveTicketCreate(
        kind="corrective",
        title="Say whether your client was paid",
        contact_id=contact.id,
        requested_actions=[
            RequestedActionInput(text="Add the disclosure, or delete the post.", note="SEC Rule 206(4)-1")
        ],
        send=CorrectiveTicketCreateSend.LATER,
    )
    key = f"finding-{reference}"
    ticket = checked(create_ticket.sync_detailed(client=desk, body=body, idempotency_key=key))
    again = create_ticket.sync_detailed(client=desk, body=body, idempotency_key=key)
    expect(checked(again).id == ticket.id, "The same key made a second ticket.")
    expect(again.headers.get("Idempotent-Replayed") == "true", "The second answer was no replay.")
    print(f"ticket     #{ticket.number} {ticket.status}, and again #{checked(again).number}")
    return ticket


def raise_priority(desk: AuthenticatedClient, ticket: Ticket) -> None:
    """Change what was read and nothing newer: a change to an old version is refused."""
    version = etag(get_ticket.sync_detailed(ticket.id, client=desk))
    body = TicketPatch(priority=Priority.HIGH)
    edited = checked(edit_ticket.sync_detailed(ticket.id, client=desk, body=body, if_match=version))

    body = TicketPatch(priority=Priority.LOW)
    answer = edit_ticket.sync_detailed(ticket.id, client=desk, body=body, if_match=version)
    expect(is_stale(answer), "A change to an old version was taken.")
    print(f"edited     #{edited.number} ({edited.priority})")


def send(desk: AuthenticatedClient, ticket: Ticket) -> None:
    """Send what is held, and wait for the result: a worker does it, usually within a second."""
    dispatch = checked(create_dispatch.sync_detailed(client=desk, body=DispatchCreate(ticket_ids=[ticket.id])))
    deadline = time.monotonic() + PATIENCE_SECONDS
    while dispatch.state != DispatchState.DONE:
        expect(time.monotonic() < deadline, f"The dispatch is still {dispatch.state}. Does a worker run?")
        time.sleep(0.2)
        dispatch = checked(get_dispatch.sync_detailed(dispatch.id, client=desk))
    [result] = dispatch.tickets
    expect(result.outcome == TicketOutcome.SENT, f"The ticket was not sent: {result.outcome}.")
    print(f"sent       #{result.number}")


def follow_link(ticket: Ticket) -> AuthenticatedClient:
    """Become the recipient: the token in the mail's link gives a session of the portal."""
    token = token_from_mail(URL, EMAIL, ticket.number)
    with Client(base_url=URL) as visitor:
        session = checked(exchange_link.sync_detailed(client=visitor, body=LinkExchange(token=token)))
    print(f"portal     {session.contact.name} until {session.expires_at:%H:%M}")
    return signed_in(session.access_token)


def talk(portal: AuthenticatedClient, desk: AuthenticatedClient, ticket: Ticket) -> None:
    """Let the recipient ask and the desk answer."""
    question = PortalCommentCreate(body="He was not paid. Does that change anything?")
    asked = checked(create_portal_comment.sync_detailed(ticket.id, client=portal, body=question))
    print(f"comment    {asked.author.name} ({asked.author.side})")
    answer = CommentCreate(body="Then say just that.", visibility=Visibility.PUBLIC)
    answered = checked(create_comment.sync_detailed(ticket.id, client=desk, body=answer))
    print(f"reply      {answered.author.name} ({answered.author.side})")


def complete(portal: AuthenticatedClient, ticket: Ticket) -> None:
    """Tick what is asked, then say that all is done."""
    seen = checked(get_portal_ticket.sync_detailed(ticket.id, client=portal))
    done = RequestedActionPatch(is_done=True)
    for action in seen.requested_actions:
        checked(edit_portal_action.sync_detailed(ticket.id, action.id, client=portal, body=done))
    body = PortalTransition(action=PortalTransitionAction.COMPLETE, comment="Done.")
    completed = checked(transition_portal_ticket.sync_detailed(ticket.id, client=portal, body=body))
    print(f"completed  #{completed.number} {completed.status_label}")


def close(desk: AuthenticatedClient, ticket: Ticket) -> None:
    """Close exactly the version that was looked at. A mail that goes out meanwhile makes a newer one: look again."""
    body = TransitionInput(action=TransitionInputAction.CLOSE)
    for _ in range(5):
        read = get_ticket.sync_detailed(ticket.id, client=desk)
        expect(Action.CLOSE in checked(read).allowed_actions, "The ticket cannot be closed now.")
        answer = transition_ticket.sync_detailed(ticket.id, client=desk, body=body, if_match=etag(read))
        if not is_stale(answer):
            closed = checked(answer)
            print(f"closed     #{closed.number} {closed.resolution}")
            return
    sys.exit("The ticket kept changing.")


def record(desk: AuthenticatedClient, ticket: Ticket) -> Iterator[Activity]:
    """Yield the record page by page; nobody can change an entry."""
    cursor: str | Unset | None = UNSET
    while cursor is not None:
        page = checked(list_activity.sync_detailed(ticket.id, client=desk, limit=4, cursor=cursor))
        yield from page.items
        cursor = page.next_cursor


def etag(answer: Response[Problem | Ticket]) -> str:
    """Return the version that an answer shows."""
    return str(answer.headers["ETag"])


def is_stale(answer: Response[Problem | Ticket]) -> bool:
    """Tell whether a change was refused because it was made for an older version."""
    return isinstance(answer.parsed, Problem) and answer.parsed.code == "stale_version"


def checked(answer: Response[Problem | Data]) -> Data:
    """Return what was asked for, or end with what the problem document says."""
    if answer.parsed is None:
        sys.exit(f"The contract does not know this answer: {answer.status_code}.")
    if isinstance(answer.parsed, Problem):
        problem = answer.parsed
        fields = "".join(f"\n  {error.pointer}: {error.detail}" for error in problem.errors or [])
        sys.exit(f"{problem.status} {problem.code}: {problem.detail}{fields}")
    return answer.parsed


def expect(holds: bool, otherwise: str) -> None:
    """End with a sentence unless ``holds``."""
    if not holds:
        sys.exit(otherwise)


if __name__ == "__main__":
    main()
