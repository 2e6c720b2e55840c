"""The engine against a table transcribed by hand from the specification: every kind, action, side and status."""

from itertools import product
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ticketdesk.domain.activities import ActivityKind
from ticketdesk.domain.actors import SYSTEM, Side, portal_actor
from ticketdesk.domain.errors import Conflict, DomainError, InvalidInput, InvalidTransition, NotFound, NotPermitted
from ticketdesk.domain.messages import Purpose
from ticketdesk.domain.permissions import BY_ROLE, Permission, Role
from ticketdesk.domain.ticket_workflow import (
    Action,
    ActorFacts,
    AlreadyHolds,
    Resolution,
    Status,
    Stays,
    Step,
    TicketFacts,
    TicketKind,
    allowed_actions,
    choose_resolution,
    require_not_archived,
    resolve,
    resolve_creation,
)

AGENT = ActorFacts(Side.STAFF, BY_ROLE[Role.AGENT])
LEAD = ActorFacts(Side.STAFF, BY_ROLE[Role.LEAD])
RECIPIENT = ActorFacts(Side.RECIPIENT, BY_ROLE[Role.GUEST], is_recipient=True)
AUTOMATON = ActorFacts.of(SYSTEM)
WHO = {
    "agent": AGENT,
    "lead": LEAD,
    "checker": ActorFacts(Side.STAFF, BY_ROLE[Role.AGENT], is_checker=True),
    "worker": ActorFacts(Side.STAFF, BY_ROLE[Role.LEAD], is_checker=True, is_worker=True),
    "creator": ActorFacts(Side.STAFF, BY_ROLE[Role.AGENT], is_creator=True),
    "addressee": ActorFacts(Side.STAFF, BY_ROLE[Role.AGENT], is_recipient=True),
    "recipient": RECIPIENT,
    "auditor": ActorFacts(Side.STAFF, BY_ROLE[Role.AUDITOR]),
    "system": AUTOMATON,
}
COLUMNS = (
    Status.SEND_LATER,
    Status.NEW,
    Status.OPEN,
    Status.PENDING_CORRECTION,
    Status.COMMENT_ADDED,
    Status.PENDING_VERIFICATION,
    Status.CLOSED,
)
# A target is written by its capital letters; the rest is what else can come of an attempt.
TARGETS = {
    "O": Status.OPEN,
    "PC": Status.PENDING_CORRECTION,
    "CA": Status.COMMENT_ADDED,
    "PV": Status.PENDING_VERIFICATION,
    "C": Status.CLOSED,
}
STAYS, HOLDS, NO_STEP, FORBIDDEN, HIDDEN, CLOSED, OWN_WORK = "=", "ok", "x", "403", "404", "shut", "own"

# kind        action    who        SL   N    O    PC   CA   PV   C      ticket
GRID = """
  corrective  send      agent      PC   x    x    x    x    x    x
  corrective  send      recipient  404  403  403  403  403  403  403
  corrective  send      system     PC   x    x    x    x    x    x
  corrective  start     agent      x    x    x    x    x    x    x
  corrective  start     recipient  404  x    x    x    x    x    x
  corrective  comment   agent      403  403  403  403  403  403  403
  corrective  comment   recipient  404  =    =    CA   =    CA   shut
  corrective  comment   system     403  403  403  403  403  403  403
  corrective  reply     agent      =    =    =    =    PC   =    =
  corrective  reply     recipient  404  403  403  403  403  403  403
  corrective  complete  agent      403  403  403  403  403  403  403
  corrective  complete  recipient  404  x    x    PV   PV   ok   x
  corrective  return    agent      x    x    x    x    x    PC   x
  corrective  return    recipient  404  403  403  403  403  403  403
  corrective  close     agent      C    x    x    C    C    C    ok
  corrective  close     recipient  404  403  403  403  403  403  403
  corrective  close     system     403  403  403  403  403  403  403
  corrective  reopen    agent      x    x    x    x    x    x    PC
  corrective  reopen    recipient  404  403  403  403  403  403  403

  support     send      agent      x    x    x    x    x    x    x
  support     send      recipient  404  x    x    x    x    x    x
  support     send      system     x    x    x    x    x    x    x
  support     start     agent      x    O    x    x    x    x    x
  support     start     recipient  404  403  403  403  403  403  403
  support     comment   agent      403  403  403  403  403  403  403
  support     comment   recipient  404  CA   CA   =    =    CA   CA
  support     reply     agent      =    O    =    =    O    =    =
  support     reply     agent      =    O    =    =    PV   =    =      check completed
  support     reply     recipient  404  403  403  403  403  403  403
  support     complete  agent      x    x    x    x    x    x    x
  support     complete  agent      x    PV   PV   x    PV   ok   x      check
  support     complete  recipient  404  403  403  403  403  403  403    check
  support     return    agent      x    x    x    x    x    403  x
  support     return    checker    x    x    x    x    x    O    x
  support     return    lead       x    x    x    x    x    O    x
  support     return    worker     x    x    x    x    x    own  x
  support     return    recipient  404  403  403  403  403  403  403
  support     close     agent      x    C    C    x    C    403  ok
  support     close     checker    x    C    C    x    C    C    ok
  support     close     agent      x    x    x    x    x    403  403    check
  support     close     checker    x    x    x    x    x    C    ok     check
  support     close     lead       x    x    x    x    x    C    ok     check
  support     close     worker     x    C    C    x    C    own  ok
  support     close     worker     x    x    x    x    x    own  own    check
  support     close     recipient  404  403  403  403  403  403  403
  support     reopen    agent      x    x    x    x    x    x    O
  support     reopen    recipient  404  403  403  403  403  403  403

  task        send      agent      O    x    x    x    x    x    x
  task        send      recipient  404  403  403  403  403  403  403
  task        send      system     403  403  403  403  403  403  403
  task        start     agent      x    x    x    x    x    x    x
  task        start     recipient  404  x    x    x    x    x    x
  task        comment   agent      403  403  403  403  403  403  403
  task        comment   recipient  404  =    CA   =    =    =    shut
  task        reply     agent      =    =    =    =    O    =    =
  task        reply     recipient  404  403  403  403  403  403  403
  task        complete  agent      x    x    x    x    x    x    x
  task        complete  recipient  404  x    x    x    x    x    x
  task        return    agent      x    x    x    x    x    x    x
  task        return    recipient  404  x    x    x    x    x    x
  task        close     agent      x    x    403  x    403  x    403
  task        close     creator    x    x    C    x    C    x    ok
  task        close     addressee  x    x    C    x    C    x    ok
  task        close     recipient  404  x    C    x    C    x    ok
  task        reopen    agent      x    x    x    x    x    x    403
  task        reopen    creator    x    x    x    x    x    x    O
  task        reopen    recipient  404  x    x    x    x    x    O
"""
ROWS = [line.split() for line in GRID.strip().splitlines() if line.strip()]
CASES = [
    pytest.param(
        TicketFacts(
            TicketKind(row[0]), status, requires_check="check" in row[10:], has_completion="completed" in row[10:]
        ),
        Action(row[1]),
        WHO[row[2]],
        cell,
        id=f"{row[0]}-{row[1]}-{row[2]}-{status.value}{'-'.join(['', *row[10:]])}",
    )
    for row in ROWS
    for status, cell in zip(COLUMNS, row[3:10], strict=True)
]


def observe(ticket: TicketFacts, action: Action, actor: ActorFacts) -> str:
    """Say in the words of the grid what comes of an attempt."""
    try:
        result = resolve(ticket, action, actor, reason="because")
    except InvalidTransition:
        return NO_STEP
    except NotPermitted as refusal:
        return OWN_WORK if refusal.code == "own_work" else FORBIDDEN
    except NotFound:
        return HIDDEN
    except Conflict as conflict:
        return {"ticket_closed": CLOSED}[conflict.code]
    if isinstance(result, Step):
        return next(word for word, target in TARGETS.items() if target is result.target)
    return STAYS if isinstance(result, Stays) else HOLDS


@pytest.mark.parametrize(("ticket", "action", "actor", "expected"), CASES)
def test_an_attempt_ends_as_the_specification_says(
    ticket: TicketFacts, action: Action, actor: ActorFacts, expected: str
) -> None:
    assert observe(ticket, action, actor) == expected


def test_the_grid_leaves_no_kind_action_side_or_status_out() -> None:
    covered = {(row[0], row[1], WHO[row[2]].side) for row in ROWS}
    later = [action for action in Action if action not in {Action.CREATE, Action.CREATE_HELD}]
    assert covered >= set(product(TicketKind, later, (Side.STAFF, Side.RECIPIENT)))
    assert set(COLUMNS) == set(Status)


REASONED = {
    (TicketKind.CORRECTIVE, Action.RETURN, Status.PENDING_VERIFICATION),
    (TicketKind.CORRECTIVE, Action.CLOSE, Status.SEND_LATER),
    (TicketKind.CORRECTIVE, Action.CLOSE, Status.PENDING_CORRECTION),
    (TicketKind.CORRECTIVE, Action.CLOSE, Status.COMMENT_ADDED),
    (TicketKind.CORRECTIVE, Action.REOPEN, Status.CLOSED),
    (TicketKind.SUPPORT, Action.RETURN, Status.PENDING_VERIFICATION),
    (TicketKind.SUPPORT, Action.REOPEN, Status.CLOSED),
}
STEP_CASES = [case for case in CASES if case.values[3] in TARGETS]


@pytest.mark.parametrize(("ticket", "action", "actor", "expected"), STEP_CASES)
@pytest.mark.parametrize("reason", [None, "", " \n\t"])
def test_a_reason_is_asked_for_exactly_where_the_specification_asks(
    ticket: TicketFacts, action: Action, actor: ActorFacts, expected: str, reason: str | None
) -> None:
    if (ticket.kind, action, ticket.status) not in REASONED:
        assert isinstance(resolve(ticket, action, actor, reason=reason), Step)
        return
    with pytest.raises(InvalidInput) as refusal:
        resolve(ticket, action, actor, reason=reason)
    assert [(error.pointer, error.code) for error in refusal.value.errors] == [("/reason", "reason_required")]


CREATIONS = [
    (TicketKind.CORRECTIVE, "agent", False, Status.PENDING_CORRECTION),
    (TicketKind.CORRECTIVE, "agent", True, Status.SEND_LATER),
    (TicketKind.CORRECTIVE, "recipient", False, NotPermitted),
    (TicketKind.CORRECTIVE, "recipient", True, NotPermitted),
    (TicketKind.CORRECTIVE, "system", False, NotPermitted),
    (TicketKind.CORRECTIVE, "auditor", False, NotPermitted),
    (TicketKind.SUPPORT, "agent", False, Status.NEW),
    (TicketKind.SUPPORT, "recipient", False, Status.NEW),
    (TicketKind.SUPPORT, "system", False, Status.NEW),
    (TicketKind.SUPPORT, "auditor", False, NotPermitted),
    (TicketKind.SUPPORT, "agent", True, InvalidInput),
    (TicketKind.TASK, "agent", False, Status.OPEN),
    (TicketKind.TASK, "agent", True, Status.SEND_LATER),
    (TicketKind.TASK, "recipient", False, NotPermitted),
    (TicketKind.TASK, "system", True, NotPermitted),
]


@pytest.mark.parametrize(("kind", "who", "is_held", "expected"), CREATIONS)
def test_a_ticket_begins_as_the_specification_says(
    kind: TicketKind, who: str, is_held: bool, expected: Status | type[DomainError]
) -> None:
    if isinstance(expected, Status):
        assert resolve_creation(kind, WHO[who], is_held=is_held).target is expected
        return
    with pytest.raises(expected):
        resolve_creation(kind, WHO[who], is_held=is_held)


@pytest.mark.parametrize(("kind", "status", "action"), list(product(TicketKind, Status, Action)))
def test_a_staff_user_without_the_permission_takes_no_step(kind: TicketKind, status: Status, action: Action) -> None:
    assert observe(TicketFacts(kind, status), action, WHO["auditor"]) in {FORBIDDEN, NO_STEP}


@pytest.mark.parametrize(("kind", "status"), list(product(TicketKind, Status)))
@pytest.mark.parametrize("who", WHO)
def test_an_archived_ticket_is_read_only(kind: TicketKind, status: Status, who: str) -> None:
    ticket = TicketFacts(kind, status, is_archived=True)
    assert allowed_actions(ticket, WHO[who]) == ()
    with pytest.raises(Conflict) as refusal:
        require_not_archived(ticket)
    assert refusal.value.code == "ticket_archived"


def test_an_archived_ticket_says_so() -> None:
    with pytest.raises(Conflict) as refusal:
        resolve(TicketFacts(TicketKind.CORRECTIVE, Status.CLOSED, is_archived=True), Action.REOPEN, AGENT, reason="x")
    assert (refusal.value.code, isinstance(refusal.value, InvalidTransition)) == ("ticket_archived", False)


def test_an_impossible_step_names_the_possible_ones() -> None:
    with pytest.raises(InvalidTransition) as refusal:
        resolve(TicketFacts(TicketKind.CORRECTIVE, Status.CLOSED), Action.RETURN, AGENT, reason="x")
    assert refusal.value.facts == {"allowed_actions": ["reply", "reopen"]}


ticket_facts = st.builds(
    TicketFacts,
    kind=st.sampled_from(TicketKind),
    status=st.sampled_from(Status),
    is_archived=st.booleans(),
    requires_check=st.booleans(),
    has_completion=st.booleans(),
)
actor_facts = st.builds(
    ActorFacts,
    side=st.sampled_from(Side),
    permissions=st.frozensets(st.sampled_from([Permission.TICKETS_WRITE, Permission.TICKETS_CHECK, Permission.PORTAL])),
    is_creator=st.booleans(),
    is_recipient=st.booleans(),
    is_checker=st.booleans(),
    is_worker=st.booleans(),
)


@given(ticket_facts, actor_facts)
def test_the_allowed_actions_are_those_that_lead_somewhere(ticket: TicketFacts, actor: ActorFacts) -> None:
    def leads_somewhere(action: Action) -> bool:
        try:
            return not isinstance(resolve(ticket, action, actor, reason="x"), AlreadyHolds)
        except DomainError:
            return False

    assert allowed_actions(ticket, actor) == tuple(action for action in Action if leads_somewhere(action))


@given(ticket_facts, st.sampled_from(Action), actor_facts)
def test_words_alone_stay_and_repeats_alone_hold(ticket: TicketFacts, action: Action, actor: ActorFacts) -> None:
    try:
        result = resolve(ticket, action, actor, reason="x")
    except DomainError:
        return
    if isinstance(result, Stays):
        assert action in {Action.COMMENT, Action.REPLY}
    elif isinstance(result, AlreadyHolds):
        assert (action, result.status) in {
            (Action.COMPLETE, Status.PENDING_VERIFICATION),
            (Action.CLOSE, Status.CLOSED),
        }
    else:
        assert result.target is not ticket.status


def test_words_that_move_nothing_are_still_recorded_and_told() -> None:
    reply = resolve(TicketFacts(TicketKind.CORRECTIVE, Status.PENDING_CORRECTION), Action.REPLY, AGENT)
    assert isinstance(reply, Stays)
    assert (reply.activity, reply.mails, reply.notifies) == (ActivityKind.REPLIED, Purpose.REPLY, None)


def test_words_on_a_held_ticket_are_not_mailed() -> None:
    reply = resolve(TicketFacts(TicketKind.CORRECTIVE, Status.SEND_LATER), Action.REPLY, AGENT)
    assert isinstance(reply, Stays)
    assert reply.mails is None


def close(status: Status) -> Step:
    step = resolve(TicketFacts(TicketKind.CORRECTIVE, status), Action.CLOSE, AGENT, reason="x")
    assert isinstance(step, Step)
    return step


def test_verifying_closes_as_completed_only() -> None:
    step = close(Status.PENDING_VERIFICATION)
    assert choose_resolution(step, None) is Resolution.COMPLETED
    with pytest.raises(InvalidInput) as refusal:
        choose_resolution(step, Resolution.WITHDRAWN)
    assert refusal.value.errors[0].pointer == "/resolution"


@pytest.mark.parametrize("status", [Status.SEND_LATER, Status.PENDING_CORRECTION, Status.COMMENT_ADDED])
def test_closing_early_withdraws_unless_told_otherwise(status: Status) -> None:
    assert choose_resolution(close(status), None) is Resolution.WITHDRAWN
    assert choose_resolution(close(status), Resolution.COMPLETED) is Resolution.COMPLETED


def test_a_step_that_does_not_close_takes_no_resolution() -> None:
    step = resolve(TicketFacts(TicketKind.CORRECTIVE, Status.SEND_LATER), Action.SEND, AGENT)
    assert isinstance(step, Step)
    assert choose_resolution(step, None) is None
    with pytest.raises(InvalidInput):
        choose_resolution(step, Resolution.COMPLETED)


def test_a_portal_contact_stands_outside() -> None:
    contact = ActorFacts.of(portal_actor(UUID(int=1), "Ann", UUID(int=2)), is_recipient=True)
    ticket = TicketFacts(TicketKind.CORRECTIVE, Status.PENDING_CORRECTION)
    assert allowed_actions(ticket, contact) == (Action.COMMENT, Action.COMPLETE)
