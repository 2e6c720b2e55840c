"""The figures of each report, and how they are to be read (spec: product.md sections 5 and 9)."""

from collections.abc import Mapping

from ticketdesk.domain.reports import ChartForm, Column, Layout, ReportName, Unit


def _spread(name: str, label: str) -> tuple[Column, Column]:
    """Return the two columns of a duration."""
    return (
        Column(f"{name}_median_hours", f"{label}, median", Unit.HOURS),
        Column(f"{name}_p90_hours", f"{label}, 90th percentile", Unit.HOURS),
    )


_VIOLATIONS = Layout(
    ReportName.VIOLATIONS,
    "Violations",
    (
        Column("ticket_count", "Tickets"),
        Column("held_count", "Held"),
        Column("open_count", "Open"),
        Column("completed_count", "Completed"),
        Column("withdrawn_count", "Withdrawn"),
        Column("rework_count", "Asked again"),
    ),
    ("held_count", "open_count", "completed_count", "withdrawn_count"),
    ChartForm.PARTS,
    notes=(
        "Corrective tickets that were created in the period, as they stand now.",
        "A ticket of several categories counts in each of them, and once in the totals.",
    ),
)
_REWORK = Layout(
    ReportName.REWORK,
    "Rework",
    (
        Column("rework_count", "Times worked again"),
        Column("ticket_count", "Tickets worked again"),
        Column("completed_count", "Tickets completed"),
        Column("rework_percent", "Rework per completed ticket", Unit.PERCENT),
    ),
    ("rework_count", "completed_count"),
    ChartForm.SIDE_BY_SIDE,
    notes=(
        "Work that was returned, reopened or come back to in the period.",
        "Completed are the tickets that were closed as completed in the period; of a cause, all of them.",
    ),
)
_END_OF_DAY = Layout(
    ReportName.END_OF_DAY,
    "Unchecked at the end of the day",
    (
        Column("breach_count", "Unchecked at the cut-off"),
        Column("ticket_count", "Tickets"),
        Column("unclosed_count", "Of these not closed yet"),
        Column("longest_wait_hours", "Longest wait at a cut-off", Unit.HOURS),
    ),
    ("breach_count",),
    ChartForm.SIDE_BY_SIDE,
    notes=("Completed tickets that nobody had checked when a business day ended; one counts on each such day.",),
)

_TURNAROUND = Layout(
    ReportName.TURNAROUND,
    "Turnaround",
    (
        Column("ticket_count", "Tickets closed"),
        *_spread("created_to_completed", "Created to completed"),
        *_spread("completed_to_closed", "Completed to closed"),
        *_spread("created_to_closed", "Created to closed"),
        *_spread("first_response", "First response"),
        *_spread("staff", "Waiting for staff"),
        *_spread("client", "Waiting for the client"),
        Column("round_trips_average", "Round trips for each ticket", Unit.AVERAGE),
    ),
    ("created_to_closed_median_hours", "created_to_closed_p90_hours"),
    ChartForm.SIDE_BY_SIDE,
    notes=(
        "Tickets that were closed in the period. Half took no longer than the median, nine of ten no longer than the "
        "90th percentile.",
        "It is the staff's turn from the client's words to the staff's next public words, a completion or the closing.",
    ),
)
_WORKLOAD = Layout(
    ReportName.WORKLOAD,
    "Workload",
    (
        Column("ticket_count", "Open tickets"),
        Column("new_count", "New"),
        Column("open_count", "Open"),
        Column("pending_correction_count", "Pending correction"),
        Column("comment_added_count", "Comment added"),
        Column("pending_verification_count", "To be verified"),
        Column("aged_under_1_day_count", "Under 1 day"),
        Column("aged_1_to_3_days_count", "1 to 3 days"),
        Column("aged_3_to_7_days_count", "3 to 7 days"),
        Column("aged_7_to_30_days_count", "7 to 30 days"),
        Column("aged_over_30_days_count", "Over 30 days"),
        Column("taken_in_count", "Created in the period"),
        Column("closed_count", "Closed in the period"),
        Column("staff_count", "People who work tickets"),
        Column("available_count", "Of these not away"),
        Column("capacity", "Open tickets that they take at most"),
    ),
    (
        "aged_under_1_day_count",
        "aged_1_to_3_days_count",
        "aged_3_to_7_days_count",
        "aged_7_to_30_days_count",
        "aged_over_30_days_count",
    ),
    ChartForm.STEPS,
    notes=(
        "Tickets that are open now, by who works them and by their age.",
        "A capacity is missing where somebody takes any number of tickets. Members of several teams count in each.",
    ),
    is_of_now=True,
)
_REMINDERS = Layout(
    ReportName.REMINDERS,
    "Reminders",
    (
        Column("reminder_count", "Reminders"),
        Column("message_count", "Mails that held them"),
        Column("completed_count", "Tickets completed"),
        Column("completed_after_0_count", "Completed without a reminder"),
        Column("completed_after_1_count", "After 1 reminder"),
        Column("completed_after_2_count", "After 2"),
        Column("completed_after_more_count", "After 3 or more"),
    ),
    ("completed_after_0_count", "completed_after_1_count", "completed_after_2_count", "completed_after_more_count"),
    ChartForm.STEPS,
    notes=(
        "Corrective tickets that were closed as completed in the period, by how many reminders they took.",
        "Reminders are those sent in the period: one for each ticket that a mail reminds of.",
    ),
)

LAYOUTS: Mapping[ReportName, Layout] = {
    layout.name: layout for layout in (_VIOLATIONS, _TURNAROUND, _REWORK, _END_OF_DAY, _WORKLOAD, _REMINDERS)
}
