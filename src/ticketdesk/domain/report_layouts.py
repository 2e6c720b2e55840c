"""The figures of each report, and how they are to be read (spec: product.md sections 5 and 9)."""

from collections.abc import Mapping

from ticketdesk.domain.reports import Column, Layout, ReportName, Unit

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
    is_stacked=True,
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
    is_stacked=False,
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
    is_stacked=False,
    notes=("Completed tickets that nobody had checked when a business day ended; one counts on each such day.",),
)

LAYOUTS: Mapping[ReportName, Layout] = {layout.name: layout for layout in (_VIOLATIONS, _REWORK, _END_OF_DAY)}
