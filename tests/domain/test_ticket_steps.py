"""The table itself: what its rows write, whom they tell, and that it has no dead ends."""

from collections import Counter

import pytest

from ticketdesk.domain.actors import Side
from ticketdesk.domain.messages import Purpose
from ticketdesk.domain.permissions import Permission
from ticketdesk.domain.ticket_workflow import STEPS, Action, Audience, Effect, Status, Step, TicketKind, statuses

C, S, T = TicketKind


def rows(kind: TicketKind, action: Action, source: Status | None = None) -> list[Step]:
    return [
        step
        for step in STEPS
        if step.kind is kind and step.action is action and (source is None or source in step.sources)
    ]


@pytest.mark.parametrize("kind", TicketKind)
def test_every_status_is_reached_from_creation_and_every_row_can_be_taken(kind: TicketKind) -> None:
    reached: set[Status] = set()
    steps = [step for step in STEPS if step.kind is kind]
    for _ in steps:
        reached |= {step.target for step in steps if step.is_creation or reached & set(step.sources)}
    # A support ticket is never held, although the specification names that status for it.
    assert reached == set(statuses(kind)) - ({Status.SEND_LATER} if kind is S else set())
    assert all(step.is_creation or set(step.sources) <= reached for step in steps)


@pytest.mark.parametrize("kind", TicketKind)
def test_every_status_can_be_left(kind: TicketKind) -> None:
    left = {source for step in STEPS if step.kind is kind for source in step.sources}
    assert left >= {step.target for step in STEPS if step.kind is kind}


def test_no_two_rows_say_the_same() -> None:
    keys = Counter(
        (step.kind, step.action, source, step.side, step.guards) for step in STEPS for source in step.sources or (None,)
    )
    assert keys.most_common(1)[0][1] == 1


def test_no_row_leads_where_it_starts() -> None:
    assert not [step for step in STEPS if step.target in step.sources]


def test_each_side_has_its_permission() -> None:
    assert {(step.side, step.permission) for step in STEPS} == {
        (Side.STAFF, Permission.TICKETS_WRITE),
        (Side.RECIPIENT, Permission.PORTAL),
    }


def test_the_system_may_only_send_held_tickets_and_open_support_tickets() -> None:
    assert {(step.kind, step.action) for step in STEPS if step.is_automatic} == {(C, Action.SEND), (S, Action.CREATE)}


@pytest.mark.parametrize(
    ("kind", "action", "source", "purpose", "audience"),
    [
        (C, Action.CREATE, None, Purpose.ASSIGNMENT, Audience.RECIPIENTS),
        (C, Action.CREATE_HELD, None, None, None),
        (C, Action.SEND, Status.SEND_LATER, Purpose.ASSIGNMENT, Audience.RECIPIENTS),
        (C, Action.COMMENT, Status.PENDING_CORRECTION, None, None),
        (C, Action.REPLY, Status.COMMENT_ADDED, Purpose.REPLY, Audience.RECIPIENTS),
        (C, Action.COMPLETE, Status.PENDING_CORRECTION, None, None),
        (C, Action.RETURN, Status.PENDING_VERIFICATION, Purpose.RETURN, Audience.RECIPIENTS),
        (C, Action.CLOSE, Status.PENDING_VERIFICATION, Purpose.CLOSE, Audience.RECIPIENTS),
        (C, Action.CLOSE, Status.PENDING_CORRECTION, Purpose.CLOSE, Audience.RECIPIENTS),
        (C, Action.CLOSE, Status.SEND_LATER, None, None),
        (C, Action.REOPEN, Status.CLOSED, Purpose.REOPEN, Audience.RECIPIENTS),
        (S, Action.CREATE, None, Purpose.ASSIGNMENT, Audience.INVOLVED),
        (S, Action.REPLY, Status.COMMENT_ADDED, Purpose.REPLY, Audience.RECIPIENTS),
        (S, Action.CLOSE, Status.OPEN, Purpose.CLOSE, Audience.RECIPIENTS),
        (S, Action.CLOSE, Status.PENDING_VERIFICATION, Purpose.CLOSE, Audience.RECIPIENTS),
        (T, Action.CREATE, None, Purpose.ASSIGNMENT, Audience.RECIPIENTS),
        (T, Action.SEND, Status.SEND_LATER, Purpose.ASSIGNMENT, Audience.RECIPIENTS),
        (T, Action.REPLY, Status.COMMENT_ADDED, Purpose.REPLY, Audience.RECIPIENTS),
        (T, Action.CLOSE, Status.OPEN, Purpose.CLOSE, Audience.INVOLVED),
        (T, Action.REOPEN, Status.CLOSED, Purpose.REOPEN, Audience.INVOLVED),
    ],
)
def test_who_is_mailed(
    kind: TicketKind, action: Action, source: Status | None, purpose: Purpose | None, audience: Audience | None
) -> None:
    found = {(step.mails, step.mails_to if step.mails else None) for step in rows(kind, action, source)}
    assert found == {(purpose, audience)}


def test_staff_are_told_of_comments_and_completions_and_workers_of_returns() -> None:
    told = {(step.kind, step.action): step.notifies for step in STEPS if step.notifies}
    assert told == {
        (C, Action.COMMENT): Audience.STAFF,
        (C, Action.COMPLETE): Audience.STAFF,
        (S, Action.COMMENT): Audience.STAFF,
        (S, Action.COMPLETE): Audience.CHECKER,
        (S, Action.RETURN): Audience.ASSIGNEE,
        (T, Action.COMMENT): Audience.STAFF,
    }


def test_what_counts_as_rework() -> None:
    counted = {
        (step.kind, step.action, source) for step in STEPS for source in step.sources if Effect.REWORK in step.effects
    }
    assert counted == {
        (C, Action.RETURN, Status.PENDING_VERIFICATION),
        (C, Action.REOPEN, Status.CLOSED),
        (S, Action.RETURN, Status.PENDING_VERIFICATION),
        (S, Action.REOPEN, Status.CLOSED),
        (S, Action.COMMENT, Status.CLOSED),
    }


def test_only_closing_out_of_verification_verifies() -> None:
    verifying = {(step.kind, step.sources) for step in STEPS if Effect.VERIFICATION in step.effects}
    assert verifying == {(C, (Status.PENDING_VERIFICATION,)), (S, (Status.PENDING_VERIFICATION,))}


def test_completing_is_noted_and_asking_again_voids_it() -> None:
    completing = {(step.kind, step.action) for step in STEPS if Effect.COMPLETION in step.effects}
    assert completing == {(C, Action.COMPLETE), (S, Action.COMPLETE)}
    voiding = {
        (step.kind, step.action, source)
        for step in STEPS
        for source in step.sources
        if step.voids_completion and step.kind is not T and source in {Status.PENDING_VERIFICATION, Status.CLOSED}
    }
    assert voiding == {
        (C, Action.RETURN, Status.PENDING_VERIFICATION),
        (C, Action.REOPEN, Status.CLOSED),
        (S, Action.RETURN, Status.PENDING_VERIFICATION),
        (S, Action.REOPEN, Status.CLOSED),
        (S, Action.COMMENT, Status.CLOSED),
    }


def test_reminders_are_armed_by_what_asks_the_recipients() -> None:
    armed = {(step.kind, step.action) for step in STEPS if step.arms_reminders}
    asking = {Action.CREATE, Action.SEND, Action.REOPEN}
    corrections = {(C, action) for action in asking | {Action.REPLY, Action.RETURN}}
    assert armed == corrections | {(T, action) for action in asking}


def test_a_row_has_resolutions_exactly_when_it_closes() -> None:
    assert all(bool(step.resolutions) == (step.target is Status.CLOSED) for step in STEPS)


def test_leaving_closed_is_a_reopening() -> None:
    assert {step.action for step in STEPS if step.is_reopening} == {Action.REOPEN, Action.COMMENT}
