from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ticketdesk.domain.calendars import local_date
from ticketdesk.domain.due_dates import DueDateFacts, DueDatePolicy, plan_due_date, reminder_days
from ticketdesk.domain.reminders import NoReminder, NotPlanned, Planned, ReminderOverride
from ticketdesk.domain.ticket_workflow import Status

CHICAGO = ZoneInfo("America/Chicago")
POLICY = DueDatePolicy(
    is_enabled=True,
    days_before=frozenset({7, 1}),
    overdue_every_days=3,
    overdue_max_count=2,
    business_days_only=True,
    at=time(9),
    zone=CHICAGO,
    holidays=frozenset({date(2026, 7, 3)}),
)
DENSE = replace(POLICY, days_before=frozenset(), overdue_every_days=1)
EVERY_DAY = replace(POLICY, business_days_only=False)


def chicago(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=CHICAGO).astimezone(UTC)


# Wednesday, 10 June 2026, for Wednesday, 24 June.
ASKED = chicago("2026-06-10T15:00")
OPEN = DueDateFacts(Status.OPEN, date(2026, 6, 24), ASKED)


def days(*texts: str) -> list[date]:
    return [date.fromisoformat(f"2026-{text}") for text in texts]


@pytest.mark.parametrize(
    ("policy", "due_on", "expected"),
    [
        (POLICY, "2026-06-24", days("06-17", "06-23", "06-29", "06-30")),  # Saturday the 27th waits for Monday
        (EVERY_DAY, "2026-06-24", days("06-17", "06-23", "06-27", "06-30")),
        (POLICY, "2026-06-22", days("06-15", "06-19", "06-25", "06-29")),  # the day before is a Sunday: Friday
        (POLICY, "2026-07-04", days("06-26", "07-02", "07-07", "07-10")),  # the day before is a holiday, then Saturday
        (replace(POLICY, days_before=frozenset({0})), "2026-06-27", days("06-26", "06-30", "07-06")),
        (replace(POLICY, days_before=frozenset()), "2026-06-24", days("06-29", "06-30")),
        (replace(POLICY, overdue_max_count=0), "2026-06-24", days("06-17", "06-23")),
        # Two days before and one come to the same Friday, and one and two days after to the same Monday.
        (replace(DENSE, days_before=frozenset({1, 2})), "2026-06-21", days("06-19", "06-22", "06-23")),
        (DENSE, "2026-06-19", days("06-22")),
    ],
)  # fmt: skip
def test_the_days(policy: DueDatePolicy, due_on: str, expected: list[date]) -> None:
    assert list(reminder_days(policy, date.fromisoformat(due_on))) == expected


@pytest.mark.parametrize(
    ("asked", "reminded", "now", "expected"),
    [
        ("06-10T15:00", None, "06-10T15:00", "06-17T09:00"),
        ("06-17T08:00", None, "06-17T08:00", "06-23T09:00"),  # asked on the very day
        ("06-18T08:00", None, "06-18T08:00", "06-23T09:00"),  # too late for a week before
        ("06-10T15:00", "06-17T09:00", "06-17T09:00", "06-23T09:00"),
        ("06-10T15:00", None, "06-17T15:00", "06-17T09:00"),  # late, but still its day: due
        ("06-10T15:00", None, "06-18T03:00", "06-23T09:00"),  # it never was planned, so nothing was missed
        ("06-10T15:00", "06-23T09:00", "06-24T09:00", "06-29T09:00"),
        ("06-25T15:00", None, "06-25T15:00", "06-29T09:00"),  # asked when it was overdue already
    ],
)
def test_the_next_reminder(asked: str, reminded: str | None, now: str, expected: str) -> None:
    at = chicago(f"2026-{reminded}") if reminded else None
    facts = replace(OPEN, asked_at=chicago(f"2026-{asked}"), reminded_at=at)
    assert plan_due_date(POLICY, facts, chicago(f"2026-{now}")) == Planned(chicago(f"2026-{expected}"))


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("06-17T09:00", "06-17T09:00"),
        ("06-18T07:00", "06-18T09:00"),
        ("06-20T12:00", "06-22T09:00"),  # back on a Saturday
        ("06-24T12:00", "06-24T09:00"),  # the day before was missed as well: one goes
    ],
)
def test_what_was_planned_and_missed_goes_once(now: str, expected: str) -> None:
    facts = replace(OPEN, planned_at=chicago("2026-06-17T09:00"))
    assert plan_due_date(POLICY, facts, chicago(f"2026-{now}")) == Planned(chicago(f"2026-{expected}"))
    reminded = replace(facts, reminded_at=chicago(f"2026-{expected}"))
    following = plan_due_date(POLICY, reminded, chicago(f"2026-{now}"))
    assert isinstance(following, Planned)
    assert local_date(following.at, CHICAGO) > date.fromisoformat(f"2026-{expected[:5]}")


def test_what_was_missed_before_it_was_asked_anew_is_over() -> None:
    facts = replace(OPEN, asked_at=chicago("2026-06-18T08:00"), planned_at=chicago("2026-06-17T09:00"))
    assert plan_due_date(POLICY, facts, chicago("2026-06-18T08:00")) == Planned(chicago("2026-06-23T09:00"))


@pytest.mark.parametrize(
    ("policy", "facts", "override", "reason"),
    [
        *(
            (POLICY, replace(OPEN, status=status), ReminderOverride(), NoReminder.NOT_OPEN)
            for status in (Status.SEND_LATER, Status.CLOSED)
        ),
        (POLICY, replace(OPEN, is_archived=True), ReminderOverride(), NoReminder.ARCHIVED),
        (POLICY, replace(OPEN, due_on=None), ReminderOverride(), NoReminder.NO_DUE_DATE),
        (POLICY, OPEN, ReminderOverride(is_paused=True), NoReminder.PAUSED),
        (replace(POLICY, is_enabled=False), OPEN, ReminderOverride(every_days=1), NoReminder.DISABLED),
        (POLICY, replace(OPEN, due_on=date(2026, 5, 1)), ReminderOverride(), NoReminder.LIMIT_REACHED),
    ],
)
def test_why_there_is_none(
    policy: DueDatePolicy, facts: DueDateFacts, override: ReminderOverride, reason: NoReminder
) -> None:
    assert plan_due_date(policy, facts, ASKED, override) == NotPlanned(reason)


def test_a_comment_does_not_stop_reminders_of_a_task() -> None:
    assert plan_due_date(POLICY, replace(OPEN, status=Status.COMMENT_ADDED), ASKED) == plan_due_date(
        POLICY, OPEN, ASKED
    )


def test_a_ticket_may_have_its_own_interval_after_the_due_date() -> None:
    found = reminder_days(EVERY_DAY, date(2026, 6, 24), ReminderOverride(every_days=10))
    assert list(found) == days("06-17", "06-23", "07-04", "07-14")


@pytest.mark.parametrize(("field", "value"), [("days_before", frozenset({-1})), ("overdue_every_days", 0)])
def test_what_no_policy_can_be(field: str, value: object) -> None:
    with pytest.raises(ValueError, match=r"[Dd]ay"):
        replace(POLICY, **{field: value})  # type: ignore[arg-type]  # the fields are of several types


policies = st.builds(
    DueDatePolicy,
    is_enabled=st.just(True),
    days_before=st.frozensets(st.integers(0, 12), max_size=4),
    overdue_every_days=st.integers(1, 5),
    overdue_max_count=st.integers(0, 4),
    business_days_only=st.booleans(),
    at=st.sampled_from([time(0), time(9), time(18)]),
    zone=st.sampled_from([CHICAGO, ZoneInfo("Asia/Kathmandu"), ZoneInfo("UTC")]),
    holidays=st.frozensets(st.dates(date(2026, 6, 1), date(2026, 6, 30)), max_size=3),
    weekdays=st.frozensets(st.integers(0, 6), min_size=1),
)


def live(policy: DueDatePolicy, facts: DueDateFacts, asked: datetime, hours: Iterable[int]) -> list[datetime]:
    """Return when reminders leave if the worker looks this many hours after ``asked``, as the service does it."""
    sent = []
    for now in (asked + timedelta(hours=hour) for hour in hours):
        outcome = plan_due_date(policy, facts, now)
        if isinstance(outcome, Planned) and outcome.at <= now:
            sent.append(now)
            facts = replace(facts, reminded_at=now)
            outcome = plan_due_date(policy, facts, now)
        facts = replace(facts, planned_at=outcome.at if isinstance(outcome, Planned) else None)
    return sent


@given(policies, st.integers(0, 23), st.integers(-5, 15))
def test_a_worker_that_never_stops_reminds_on_each_day_once(policy: DueDatePolicy, hour: int, due_in: int) -> None:
    asked = datetime(2026, 6, 8, hour, tzinfo=UTC)
    facts = DueDateFacts(Status.OPEN, asked.date() + timedelta(days=due_in), asked)
    sent = live(policy, facts, asked, range(0, 24 * 40, 6))
    began = local_date(asked, policy.zone)
    assert facts.due_on is not None
    expected = [day for day in reminder_days(policy, facts.due_on) if began < day <= began + timedelta(days=39)]
    assert [local_date(at, policy.zone) for at in sent] == expected
    assert all(policy.calendar.is_business_day(day) for day in expected)


@given(policies, st.integers(0, 20), st.integers(1, 400), st.integers(1, 400))
def test_after_downtime_one_goes_at_most(policy: DueDatePolicy, due_in: int, stop: int, away: int) -> None:
    asked = datetime(2026, 6, 8, 12, tzinfo=UTC)
    facts = DueDateFacts(Status.OPEN, asked.date() + timedelta(days=due_in), asked)
    hours = [*range(0, stop, 6), *range(stop + away, stop + away + 48, 6)]
    sent = live(policy, facts, asked, hours)
    days_sent = [local_date(at, policy.zone) for at in sent]
    assert len(days_sent) == len(set(days_sent))
    assert len(sent) <= len(list(reminder_days(policy, asked.date() + timedelta(days=due_in))))
