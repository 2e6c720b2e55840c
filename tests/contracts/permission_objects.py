"""Who can come in, and what they see of what there is: half of the table in ``permissions.py``."""

from enum import StrEnum
from typing import NamedTuple

from ticketdesk.domain.permissions import Permission

P = Permission


class Who(StrEnum):
    """Those who can come in: users by their role, and contacts through a link from a mail."""

    ADMIN = "admin"
    LEAD = "lead"
    AGENT = "agent"
    AUDITOR = "auditor"
    # Registered: a user who is also a contact, whom the same tickets were sent to as to the recipient.
    GUEST = "guest"
    # In a portal session: one whom tickets were sent to, and one whom none was.
    RECIPIENT = "recipient"
    STRANGER = "stranger"


ADMINS = frozenset({Who.ADMIN})
LEADS = ADMINS | {Who.LEAD}
STAFF = LEADS | {Who.AGENT}
# Those who lead people or audit the desk.
OVERSEERS = LEADS | {Who.AUDITOR}
READERS = STAFF | {Who.AUDITOR}
OUTSIDE = frozenset({Who.GUEST, Who.RECIPIENT, Who.STRANGER})
SIGNED_IN = READERS | OUTSIDE
# Those whom tickets were sent to, and those who come into the portal, where staff are nobody's recipient.
RECIPIENTS = frozenset({Who.RECIPIENT, Who.GUEST})
VISITORS = OUTSIDE | STAFF
EVERYBODY = frozenset(Who)
NOBODY: frozenset[Who] = frozenset()


class Sight(NamedTuple):
    """Whom an object is for, and the scope that an API key needs besides that of the operation.

    Others get ``refusal``: 404 unless they see it all the same.
    """

    seen_by: frozenset[Who]
    scope: Permission | None = None
    refusal: str = "404"


_SEEN = Sight(READERS, P.TICKETS_READ)
_UNSEEN = Sight(NOBODY)
_TICKET = {
    "own": _SEEN,
    "someone else's": _SEEN,
    "held": _SEEN,
    "archived": _SEEN,
    "deleted": _UNSEEN,
    "missing": _UNSEEN,
}
_PORTAL_TICKET = {
    "own": Sight(RECIPIENTS),
    "someone else's": _UNSEEN,
    "held": _UNSEEN,
    "archived": Sight(RECIPIENTS),
    "deleted": _UNSEEN,
    "missing": _UNSEEN,
}
_OF_THE_DESK = {"existing": Sight(READERS), "missing": _UNSEEN}

# Kind of object → what it is to the caller, or what became of it → who sees it. A ticket is staff's own if they made
# it, and the recipient's own if it was written to them; "held", "archived" and "deleted" ones are written to them, too.
OBJECTS: dict[str, dict[str, Sight]] = {
    "": {"": Sight(EVERYBODY)},
    "ticket": _TICKET,
    # A task that people can be added to, and a recipient who can be taken off it.
    "task": {"sent": _SEEN, "deleted": _UNSEEN, "missing": _UNSEEN},
    "task recipient": {"of a task": _SEEN, "of a deleted task": _UNSEEN, "missing": _UNSEEN},
    "task compilation": {"of a task": _SEEN, "of a deleted task": _UNSEEN, "missing": _UNSEEN},
    "requested action": {**_TICKET, "of another ticket": _UNSEEN},
    "portal ticket": {**_PORTAL_TICKET, "a task": Sight(RECIPIENTS)},
    # Of which the caller has a part.
    "portal task": {
        "own": Sight(RECIPIENTS),
        "someone else's": _UNSEEN,
        "missing": _UNSEEN,
    },
    "task with answers": {"own": _SEEN, "someone else's": _SEEN, "deleted": _UNSEEN, "missing": _UNSEEN},
    "task question": {"own": _SEEN, "of another ticket": _UNSEEN, "missing": _UNSEEN},
    # Whoever made it accepts its answers, and who checks others' work.
    "ticket to accept": {
        "own": _SEEN,
        "someone else's": Sight(LEADS, P.TICKETS_CHECK, refusal="403"),
        "deleted": _UNSEEN,
        "missing": _UNSEEN,
    },
    # Given away by the caller. That whom it was given to cannot end it: tests/api/v1/test_delegations.py.
    "portal delegation": {
        "own": Sight(RECIPIENTS),
        "someone else's": _UNSEEN,
        "between others": _UNSEEN,
        "of another ticket": _UNSEEN,
        "missing": _UNSEEN,
    },
    "delegation": {"own": _SEEN, "someone else's": _SEEN, "of another ticket": _UNSEEN, "missing": _UNSEEN},
    "portal action": {**_PORTAL_TICKET, "of another ticket": _UNSEEN},
    "attachment": {
        "own": _SEEN,
        "someone else's": _SEEN,
        "internal": _SEEN,
        "of a question of others": _SEEN,
        "of a held ticket": _SEEN,
        "of a deleted ticket": _UNSEEN,
        "missing": _UNSEEN,
    },
    "portal attachment": {
        "own": Sight(RECIPIENTS),
        "someone else's": _UNSEEN,
        "internal": _UNSEEN,
        "of a question of others": _UNSEEN,
        "of a held ticket": _UNSEEN,
        "of a deleted ticket": _UNSEEN,
        "missing": _UNSEEN,
    },
    "file link": {"in force": Sight(EVERYBODY)},
    # Offered to the caller, who may answer; and by the caller, who may take it back.
    "handover": {"own": _SEEN, "about a deleted ticket": _UNSEEN, "missing": _UNSEEN},
    "own handover": {"own": _SEEN, "missing": _UNSEEN},
    # One that the caller has, to offer it.
    "ticket in hand": {"own": _SEEN, "deleted": _UNSEEN, "missing": _UNSEEN},
    "message": {
        "delivered": _SEEN,
        "failed": _SEEN,
        "about a deleted ticket": _UNSEEN,
        "missing": _UNSEEN,
    },
    "dispatch": {"scheduled": Sight(READERS), "done": Sight(READERS), "missing": _UNSEEN},
    "api key": {
        "own": Sight(STAFF),
        # Those who administer users see everybody's.
        "someone else's": Sight(ADMINS, P.USERS_WRITE),
        "revoked": _UNSEEN,
        "missing": _UNSEEN,
    },
    "session": {"own": Sight(SIGNED_IN), "someone else's": _UNSEEN, "ended": _UNSEEN, "missing": _UNSEEN},
    "user": {
        "own": Sight(READERS),
        "someone else's": Sight(READERS),
        "deactivated": Sight(READERS),
        "missing": _UNSEEN,
    },
    "guest": {"existing": Sight(READERS), "one of the staff": Sight(READERS), "missing": _UNSEEN},
    "availability": {
        "own": Sight(STAFF),
        # Those who give tickets out say it of everybody.
        "someone else's": Sight(LEADS, P.TICKETS_ASSIGN, refusal="403"),
        "missing": _UNSEEN,
    },
    "invite": _OF_THE_DESK,
    "team": _OF_THE_DESK,
    "saved view": {
        "own": Sight(STAFF),
        "shared by someone else": Sight(READERS),
        "someone else's": _UNSEEN,
        "missing": _UNSEEN,
    },
    # Of those that are shared, leads and admins are the editors: tests/api/v1/test_saved_views.py.
    "saved view to change": {"own": Sight(STAFF), "someone else's": _UNSEEN, "missing": _UNSEEN},
    "call": _OF_THE_DESK,
    "ticket of a call": {**_OF_THE_DESK, "of another call": _UNSEEN},
    "contact": {"existing": Sight(READERS), "deactivated": Sight(READERS), "missing": _UNSEEN},
    "account": _OF_THE_DESK,
    "violation category": _OF_THE_DESK,
    "product": _OF_THE_DESK,
    "category": _OF_THE_DESK,
    "ticket template": _OF_THE_DESK,
    "monitored item": _OF_THE_DESK,
    "document": _OF_THE_DESK,
    "document section": {**_OF_THE_DESK, "of another document": _UNSEEN},
    "document version": _OF_THE_DESK,
    "document question": {**_OF_THE_DESK, "of another document": _UNSEEN},
    "compilation": _OF_THE_DESK,
    "compilation revision": {**_OF_THE_DESK, "not sent": _UNSEEN},
    "questionnaire": {**_OF_THE_DESK, "of another compilation": _UNSEEN},
    "questionnaire item": {**_OF_THE_DESK, "of another questionnaire": _UNSEEN},
    "section": {"existing": Sight(READERS)},
}
