"""The kinds of requests that are measured, each as one row: what is asked, by whom, about what."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from benchmarks.dataset import row_id
from benchmarks.plans import Case

API = "/api/v1"
_TITLE = "Correct the statement about yearly yields"

# Tickets that exist, in an order that has nothing to do with when they were made.
_ANY_TICKET = "SELECT id AS ticket_id FROM tickets WHERE deleted_at IS NULL ORDER BY md5(id::text) LIMIT 20000"
_PORTAL_TICKETS = """SELECT t.id AS ticket_id FROM tickets t JOIN ticket_recipients r ON r.ticket_id = t.id
    WHERE r.contact_id = $1 ORDER BY md5(t.id::text)"""
_ASSIGNEES = """SELECT id AS assignee_id FROM users
    WHERE 50 < (SELECT count(*) FROM tickets WHERE assignee_id = users.id AND status = 'closed')
    ORDER BY md5(id::text)"""
_PERSON = """c.id AS contact_id, c.account_id, c.name AS contact_name, a.address, a.address_key
    FROM contacts c JOIN contact_addresses a ON a.contact_id = c.id AND a.position = 0"""
_PEOPLE = f"SELECT {_PERSON} ORDER BY md5(c.id::text) LIMIT 20000"
_HELD = f"""SELECT t.id AS ticket_id, t.number, {_PERSON} JOIN tickets t ON t.contact_id = c.id
    WHERE t.title = 'Held for the benchmark' AND t.status = 'send_later' ORDER BY md5(t.id::text)"""
_PENDING = """SELECT t.id AS ticket_id, t.number FROM tickets t JOIN ticket_recipients r ON r.ticket_id = t.id
    WHERE t.title = 'Sent for the benchmark' AND t.status = 'pending_correction' AND r.contact_id = $1
    ORDER BY md5(t.id::text)"""


@dataclass(frozen=True, slots=True)
class Work:
    """One kind of request.

    ``cases`` is the statement that finds what it can be about, one row a request; ``subject`` is the column that the
    request names. ``bar`` is the least share of the floor's throughput (quality.md). ``consumes`` says that a case
    serves once.
    """

    name: str
    what: str
    bar: float
    method: Literal["GET", "POST"]
    route: str
    cases: str
    subject: str
    path: Callable[[Case], str]
    body: Callable[[Case], str] = lambda _case: ""
    who: Literal["staff", "portal"] = "staff"
    is_keyed: bool = False
    consumes: bool = False

    def line(self, case: Case) -> str:
        """Return the request about ``case`` as the generator reads it."""
        return f"{self.path(case)}\t{self.body(case)}\n"


def _creation(case: Case) -> str:
    asked = [{"text": "Remove the yield"}, {"text": "Add the disclosure", "note": "12 CFR 1026.16"}]
    return json.dumps(
        {"kind": "corrective", "title": _TITLE, "contact_id": str(case["contact_id"]), "requested_actions": asked}
    )


def _support(case: Case) -> str:
    fields = {"contact_id": str(case["contact_id"]), "category_id": row_id("2", 1), "priority": "high"}
    return json.dumps({"kind": "support", "title": "The export stops half-way", **fields})


WORKS = (
    Work(
        "get", "`GET /tickets/{id}`, staff", 0.6, "GET", f"{API}/tickets/{{ticket_id}}", _ANY_TICKET, "ticket_id",
        lambda case: f"{API}/tickets/{case['ticket_id']}",
    ),
    Work(
        "portal", "`GET /portal/tickets/{id}`, its recipient", 0.6, "GET", f"{API}/portal/tickets/{{ticket_id}}",
        _PORTAL_TICKETS, "ticket_id", lambda case: f"{API}/portal/tickets/{case['ticket_id']}", who="portal",
    ),
    Work(
        "list", "list of 50 by status and assignee", 0.6, "GET", f"{API}/tickets", _ASSIGNEES, "assignee_id",
        lambda case: f"{API}/tickets?status=closed&assignee_id={case['assignee_id']}",
    ),
    Work(
        "create", "create, held, with `Idempotency-Key`", 0.35, "POST", f"{API}/tickets", _PEOPLE, "contact_id",
        lambda _case: f"{API}/tickets", _creation, is_keyed=True,
    ),
    Work(
        "assign", "create, given to whoever has the fewest, mails queued", 0.35, "POST", f"{API}/tickets", _PEOPLE,
        "contact_id", lambda _case: f"{API}/tickets", _support, is_keyed=True,
    ),
    Work(
        "transition", "transition `send`: lock, activity, mail queued", 0.35, "POST",
        f"{API}/tickets/{{ticket_id}}/transitions", _HELD, "ticket_id",
        lambda case: f"{API}/tickets/{case['ticket_id']}/transitions", lambda _case: '{"action": "send"}',
        consumes=True,
    ),
    Work(
        "complete", "portal transition `complete`: lock, activity, outbox", 0.35, "POST",
        f"{API}/portal/tickets/{{ticket_id}}/transitions", _PENDING, "ticket_id",
        lambda case: f"{API}/portal/tickets/{case['ticket_id']}/transitions", lambda _case: '{"action": "complete"}',
        who="portal", consumes=True,
    ),
)  # fmt: skip
