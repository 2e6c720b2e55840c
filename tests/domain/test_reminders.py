from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ticketdesk.domain.calendars import local_date
from ticketdesk.domain.reminders import (
    NoReminder,
    NotPlanned,
    Planned,
    ReminderFacts,
    ReminderOverride,
    ReminderPolicy,
    plan,
)
from ticketdesk.domain.ticket_workflow import Status

CHICAGO = ZoneInfo("America/Chicago")
POLICY = ReminderPolicy(
    is_enabled=True,
    every_days=3,
    max_days=30,
    max_count=None,
    business_days_only=True,
    at=time(9),
    zone=CHICAGO,
    holidays=frozenset({date(2026, 7, 3)}),
)


def chicago(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=CHICAGO).astimezone(UTC)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


# Wednesday, 10 June 2026, in the afternoon.
ASKED = chicago("2026-06-10T15:00")
PENDING = ReminderFacts(Status.PENDING_CORRECTION, pending_since=ASKED, last_message_at=ASKED)


@pytest.mark.parametrize(
    ("last_message", "now", "expected"),
    [
        (None, "2026-06-10T15:00", "2026-06-15T09:00"),  # Saturday moves to Monday
        ("2026-06-09T15:00", "2026-06-10T15:00", "2026-06-15T09:00"),  # a message before this round does not count
        ("2026-06-12T08:00", "2026-06-12T08:00", "2026-06-15T09:00"),
        ("2026-06-12T23:59", "2026-06-13T00:00", "2026-06-15T09:00"),  # the day counts, not the hour
        ("2026-06-13T00:00", "2026-06-13T00:00", "2026-06-16T09:00"),
        ("2026-06-30T09:00", "2026-06-30T09:00", "2026-07-06T09:00"),  # a holiday on Friday, then the weekend
        (None, "2026-06-15T08:59", "2026-06-15T09:00"),
        (None, "2026-06-15T15:00", "2026-06-15T09:00"),  # late, but still its day: due
        (None, "2026-06-16T03:00", "2026-06-16T09:00"),  # its day has gone by: the next one, at the usual time
        (None, "2026-06-20T12:00", "2026-06-22T09:00"),  # made up for on a business day too
    ],
)
def test_the_next_reminder(last_message: str | None, now: str, expected: str) -> None:
    facts = replace(PENDING, last_message_at=chicago(last_message) if last_message else None)
    assert plan(replace(POLICY, max_days=None), facts, chicago(now)) == Planned(chicago(expected))


@pytest.mark.parametrize(
    ("policy", "facts", "override", "reason"),
    [
        *(
            (POLICY, replace(PENDING, status=status), ReminderOverride(), NoReminder.NOT_PENDING)
            for status in Status
            if status is not Status.PENDING_CORRECTION
        ),
        (POLICY, replace(PENDING, pending_since=None), ReminderOverride(), NoReminder.NOT_PENDING),
        (POLICY, replace(PENDING, is_archived=True), ReminderOverride(), NoReminder.ARCHIVED),
        (POLICY, replace(PENDING, has_recipient=False), ReminderOverride(), NoReminder.NO_RECIPIENT),
        (POLICY, PENDING, ReminderOverride(is_paused=True), NoReminder.PAUSED),
        (replace(POLICY, is_enabled=False), PENDING, ReminderOverride(every_days=1), NoReminder.DISABLED),
        (replace(POLICY, max_count=0), PENDING, ReminderOverride(), NoReminder.LIMIT_REACHED),
        (
            replace(POLICY, max_count=2),
            replace(PENDING, reminders_sent=2),
            ReminderOverride(),
            NoReminder.LIMIT_REACHED,
        ),
        (replace(POLICY, max_days=4), PENDING, ReminderOverride(), NoReminder.LIMIT_REACHED),  # it would be day 5
        (POLICY, PENDING, ReminderOverride(every_days=31), NoReminder.LIMIT_REACHED),
    ],
)
def test_why_there_is_none(
    policy: ReminderPolicy, facts: ReminderFacts, override: ReminderOverride, reason: NoReminder
) -> None:
    assert plan(policy, facts, ASKED, override) == NotPlanned(reason)


def test_the_last_possible_day_is_still_used() -> None:
    assert plan(replace(POLICY, max_days=5), PENDING, ASKED) == Planned(chicago("2026-06-15T09:00"))


def test_the_last_permitted_count_is_still_used() -> None:
    facts = replace(PENDING, reminders_sent=1)
    assert plan(replace(POLICY, max_count=2), facts, ASKED) == Planned(chicago("2026-06-15T09:00"))


def test_what_was_missed_is_not_made_up_for_beyond_the_limit() -> None:
    late = chicago("2026-06-16T00:00")
    assert plan(replace(POLICY, max_days=5), PENDING, late) == NotPlanned(NoReminder.LIMIT_REACHED)


def test_a_ticket_may_have_its_own_interval() -> None:
    assert plan(POLICY, PENDING, ASKED, ReminderOverride(every_days=1)) == Planned(chicago("2026-06-11T09:00"))


def test_the_days_are_those_of_the_zone() -> None:
    # 03:30 UTC of the 11th is still the 10th in Chicago.
    facts = ReminderFacts(Status.PENDING_CORRECTION, pending_since=utc("2026-06-11T03:30"))
    assert plan(POLICY, facts, utc("2026-06-11T03:30"), ReminderOverride(every_days=1)) == Planned(
        chicago("2026-06-11T09:00")
    )


@pytest.mark.parametrize("days", [0, -1])
def test_an_interval_is_at_least_a_day(days: int) -> None:
    with pytest.raises(ValueError, match="one day"):
        replace(POLICY, every_days=days)
    with pytest.raises(ValueError, match="one day"):
        ReminderOverride(every_days=days)


def test_business_days_need_a_weekday() -> None:
    with pytest.raises(ValueError, match="weekday"):
        replace(POLICY, weekdays=frozenset())


# Thirty days, 23 February to 24 March 2026, every three days at nine in Chicago, business days only.
# Clocks go forward on Sunday, 8 March: nine o'clock is 15:00 UTC before and 14:00 UTC after.
#
#   Mon 23 Feb 10:00  sent
#   Thu 26 Feb 09:00  reminder                              Wed  4 Mar 00:00  the worker stops
#   Sun  1 Mar        due, but a Sunday: Monday             Tue 10 Mar 12:00  the worker runs again
#   Mon  2 Mar 09:00  reminder                              Tue 17 Mar 15:00  completed by the recipient
#   Thu  5 Mar        due, nobody there                     Wed 18 Mar 16:00  sent back
#   Tue 10 Mar 12:00  reminder, one for all that was missed
#   Fri 13 Mar 09:00  reminder
#   Mon 16 Mar 09:00  reminder
#   Sat 21 Mar        due, counted from the sending back, but a Saturday: Monday
#   Mon 23 Mar 09:00  reminder
WRITTEN_BY_HAND = [
    "2026-02-26T15:00",
    "2026-03-02T15:00",
    "2026-03-10T17:00",
    "2026-03-13T14:00",
    "2026-03-16T14:00",
    "2026-03-23T14:00",
]


def simulate_thirty_days(policy: ReminderPolicy) -> list[datetime]:
    sent = chicago("2026-02-23T10:00")
    facts = ReminderFacts(Status.PENDING_CORRECTION, pending_since=sent, last_message_at=sent)
    returned = chicago("2026-03-18T16:00")
    events = {
        chicago("2026-03-17T15:00"): replace(facts, status=Status.PENDING_VERIFICATION),
        returned: replace(facts, pending_since=returned, last_message_at=returned),
    }
    reminders = []
    for now in (sent + timedelta(minutes=15 * tick) for tick in range(30 * 24 * 4)):
        facts = events.get(now, facts)
        if chicago("2026-03-04T00:00") <= now < chicago("2026-03-10T12:00"):
            continue
        planned = plan(policy, facts, now)
        if isinstance(planned, Planned) and planned.at <= now:
            reminders.append(now)
            facts = replace(facts, last_message_at=now, reminders_sent=facts.reminders_sent + 1)
    return reminders


def test_thirty_days_as_written_by_hand() -> None:
    assert simulate_thirty_days(POLICY) == [utc(text) for text in WRITTEN_BY_HAND]


def test_thirty_days_with_at_most_two_reminders_per_round() -> None:
    written = [WRITTEN_BY_HAND[0], WRITTEN_BY_HAND[1], WRITTEN_BY_HAND[5]]
    assert simulate_thirty_days(replace(POLICY, max_count=2)) == [utc(text) for text in written]


def test_thirty_days_with_at_most_a_fortnight_per_round() -> None:
    # 23 February and fourteen days: 9 March is the last day, and nobody was there until the 10th.
    written = [WRITTEN_BY_HAND[0], WRITTEN_BY_HAND[1], WRITTEN_BY_HAND[5]]
    assert simulate_thirty_days(replace(POLICY, max_days=14)) == [utc(text) for text in written]


def test_thirty_days_of_all_weekdays() -> None:
    written = [
        "2026-02-26T15:00",
        "2026-03-01T15:00",
        "2026-03-10T17:00",
        "2026-03-13T14:00",
        "2026-03-16T14:00",
        "2026-03-21T14:00",
        "2026-03-24T14:00",
    ]
    assert simulate_thirty_days(replace(POLICY, business_days_only=False)) == [utc(text) for text in written]


policies = st.builds(
    ReminderPolicy,
    is_enabled=st.just(True),
    every_days=st.integers(1, 10),
    max_days=st.none() | st.integers(0, 40),
    max_count=st.none() | st.integers(0, 5),
    business_days_only=st.booleans(),
    at=st.times(),
    zone=st.sampled_from([CHICAGO, ZoneInfo("Europe/Berlin"), ZoneInfo("America/Santiago")]),
    holidays=st.frozensets(st.dates(date(2026, 3, 1), date(2026, 4, 15)), max_size=5),
    weekdays=st.frozensets(st.integers(0, 6), min_size=1),
)
gaps = st.lists(st.integers(1, 4 * 86_400), min_size=1, max_size=40)
START = utc("2026-03-01T00:00")


@given(policies, gaps)
def test_whatever_the_worker_does_the_rules_hold(policy: ReminderPolicy, gaps: list[int]) -> None:
    facts = ReminderFacts(Status.PENDING_CORRECTION, pending_since=START, last_message_at=START)
    began = last = local_date(START, policy.zone)
    now = START
    for gap in gaps:
        now += timedelta(seconds=gap)
        planned = plan(policy, facts, now)
        if isinstance(planned, NotPlanned) or planned.at > now:
            continue
        today = local_date(now, policy.zone)
        assert (today - last).days >= policy.every_days
        assert policy.calendar.is_business_day(today)
        assert policy.max_days is None or (today - began).days <= policy.max_days
        assert policy.max_count is None or facts.reminders_sent < policy.max_count
        facts = replace(facts, last_message_at=now, reminders_sent=facts.reminders_sent + 1)
        last = today


@given(policies, st.integers(0, 40 * 86_400), st.integers(0, 40 * 86_400))
def test_waiting_never_brings_a_reminder_forward(policy: ReminderPolicy, seconds: int, more: int) -> None:
    facts = ReminderFacts(Status.PENDING_CORRECTION, pending_since=START)
    earlier = plan(policy, facts, START + timedelta(seconds=seconds))
    later = plan(policy, facts, START + timedelta(seconds=seconds + more))
    if isinstance(later, Planned):
        assert isinstance(earlier, Planned)
        assert earlier.at <= later.at


@given(policies, st.integers(0, 20 * 86_400), st.integers(0, 20 * 86_400))
def test_a_later_message_never_brings_a_reminder_forward(policy: ReminderPolicy, seconds: int, more: int) -> None:
    facts = ReminderFacts(Status.PENDING_CORRECTION, pending_since=START)
    first = replace(facts, last_message_at=START + timedelta(seconds=seconds))
    second = replace(facts, last_message_at=START + timedelta(seconds=seconds + more))
    earlier, later = plan(policy, first, START), plan(policy, second, START)
    if isinstance(later, Planned):
        assert isinstance(earlier, Planned)
        assert earlier.at <= later.at
