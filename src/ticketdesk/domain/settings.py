"""The sections of what an admin edits, and the words in them (spec: product.md section 2, settings)."""

from enum import StrEnum


class Section(StrEnum):
    """One group of settings: read, changed and recorded as a whole."""

    CALENDAR = "calendar"
    REMINDERS = "reminders"
    DISPATCH = "dispatch"
    CHECKS = "checks"
    MAIL = "mail"
    BRANDING = "branding"
    LIMITS = "limits"
    ATTACHMENTS = "attachments"
    ASSIGNMENT = "assignment"
    TASKS = "tasks"


class Weekday(StrEnum):
    """A day of the week, Monday first (ISO 8601)."""

    MONDAY = "mon"
    TUESDAY = "tue"
    WEDNESDAY = "wed"
    THURSDAY = "thu"
    FRIDAY = "fri"
    SATURDAY = "sat"
    SUNDAY = "sun"

    @property
    def number(self) -> int:
        """The day as ``date.weekday`` counts: Monday is 0."""
        return list(Weekday).index(self)


# Planned reminders depend on these.
DECIDE_REMINDERS = frozenset({Section.CALENDAR, Section.REMINDERS, Section.TASKS})
