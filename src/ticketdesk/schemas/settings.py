"""What an admin edits, section by section, with the values that hold until someone does."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date, time
from typing import Annotated, Any, ClassVar, Literal, Self
from uuid import UUID
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BeforeValidator,
    ConfigDict,
    Field,
    JsonValue,
    StrictBool,
    StrictInt,
)

from ticketdesk.domain.assignment import AssignmentMode
from ticketdesk.domain.attachments import MAX_FILE_BYTES
from ticketdesk.domain.calendars import BusinessCalendar
from ticketdesk.domain.due_dates import MAX_DAYS_BEFORE
from ticketdesk.domain.rate_limits import QUOTAS, Limited, Subject
from ticketdesk.domain.settings import Section, Weekday
from ticketdesk.schemas.base import Address, Line, OptionalParagraph, PageSchema, Schema, ShortLine
from ticketdesk.schemas.patches import Patch, unchanged
from ticketdesk.schemas.values import WHOLE, CalendarDate, ClockTime, WebAddress, ZoneName

MAX_HOLIDAYS = 1000
MEBIBYTE = 1024 * 1024


def _in_week_order(days: Sequence[Weekday]) -> list[Weekday]:
    return [day for day in Weekday if day in days]


def _in_order(days: Sequence[date]) -> list[date]:
    return sorted(set(days))


def _farthest_first(days: Sequence[int]) -> list[int]:
    return sorted(set(days), reverse=True)


def _with_defaults(quotas: Mapping[Limited, Any]) -> dict[Limited, Any]:
    given = {limited: value for limited, value in quotas.items() if value is not None}
    return {limited: asdict(default) for limited, default in QUOTAS.items()} | given


BusinessDays = Annotated[list[Weekday], Field(min_length=1, max_length=7), AfterValidator(_in_week_order)]
Holidays = Annotated[list[CalendarDate], Field(max_length=MAX_HOLIDAYS), AfterValidator(_in_order)]
Days = Annotated[StrictInt, Field(ge=1, le=365), WHOLE]
DaysBefore = Annotated[
    list[Annotated[StrictInt, Field(ge=0, le=MAX_DAYS_BEFORE), WHOLE]],
    Field(max_length=MAX_DAYS_BEFORE + 1),
    AfterValidator(_farthest_first),
]
OverdueCount = Annotated[StrictInt, Field(ge=0, le=100), WHOLE]
LinkDays = Annotated[StrictInt, Field(ge=1, le=3650), WHOLE]
FileBytes = Annotated[StrictInt, Field(ge=1, le=MAX_FILE_BYTES), WHOLE]
TicketBytes = Annotated[StrictInt, Field(ge=1, le=1024 * 1024 * MEBIBYTE), WHOLE]
TicketFiles = Annotated[StrictInt, Field(ge=1, le=10_000), WHOLE]
WarningMinutes = Annotated[StrictInt, Field(ge=0, le=720), WHOLE]
HandoverHours = Annotated[StrictInt, Field(ge=1, le=720), WHOLE]
# Where a ticket is routed to, only a category can say.
DefaultMode = Literal[AssignmentMode.LEAST_LOADED, AssignmentMode.MANUAL]
Quota = Annotated[StrictInt, Field(ge=1, le=1_000_000), WHOLE]


class SettingsSection(Schema):
    """Base of the sections: every field has the value that holds until an admin changes it."""

    section: ClassVar[Section]

    def merged(self, given: Mapping[str, Any]) -> Self:
        """Return the section with the fields that a patch gave."""
        return self.model_copy(update=dict(given))


class CalendarSettings(SettingsSection):
    """When the desk works. Reminders and dispatches go by this calendar; all clock times are local to its zone."""

    section = Section.CALENDAR

    time_zone: ZoneName = "America/Chicago"
    business_days: BusinessDays = Field(list(Weekday)[:5], description="in the order of the week")
    holidays: Holidays = Field([], description="days that are no business days although their weekday is one")

    @property
    def zone(self) -> ZoneInfo:
        """The desk's time zone."""
        return ZoneInfo(self.time_zone)

    @property
    def business_calendar(self) -> BusinessCalendar:
        """The days the desk works, for the rules."""
        return BusinessCalendar(frozenset(day.number for day in self.business_days), frozenset(self.holidays))


class RemindersSettings(SettingsSection):
    """How recipients are asked again while a correction is pending."""

    section = Section.REMINDERS

    enabled: StrictBool = True
    every_days: Days = Field(7, description="days from the last message on the ticket to the next reminder")
    max_days: Days | None = Field(None, description="none later than so many days after the ticket became pending")
    max_count: Days | None = Field(None, description="at most so many each time the ticket becomes pending")
    business_days_only: StrictBool = Field(True, description="move a reminder on to the next business day")
    send_at: ClockTime = time(9, 0)


class DispatchSettings(SettingsSection):
    """When held tickets go out that are to be sent at the end of the business day."""

    section = Section.DISPATCH

    end_of_business_day: ClockTime = time(17, 0)
    automatic: StrictBool = Field(False, description="send everything held at the end of each business day")


class ChecksSettings(SettingsSection):
    """Who checks completed support tickets where no single person does, and until when on business days."""

    section = Section.CHECKS

    management_team_id: UUID | None = Field(
        None, description="checks what clients, mails and sign-ups opened; without it leads and admins do"
    )
    end_of_day_guard: StrictBool = Field(True, description="warn checkers, and record what the day leaves unchecked")
    end_of_day: ClockTime = Field(time(17, 0), description="when business days end for checks, by the calendar's clock")
    warning_minutes: WarningMinutes = Field(
        60, description="how long before the end checkers are warned; 0: not at all"
    )


class MailSettings(SettingsSection):
    """What all outgoing mail has in common."""

    section = Section.MAIL

    subject_prefix: ShortLine = Field("", description="put before every subject", examples=["[Compliance]"])
    bcc_address: Address | None = Field(
        None, description="gets a blind copy of every mail, but of those with a link to register or to set a password"
    )
    sender_name: Line = "Ticketdesk"
    reply_to: Address | None = None
    signature: OptionalParagraph = Field("", description="plain text below every mail")
    link_valid_days: LinkDays = Field(90, description="how long the links in mails open a ticket")
    invite_valid_days: Days = Field(14, description="how long an invite to register can be redeemed")
    staff_url: WebAddress | None = Field(
        None,
        description="where staff see tickets: a link in a mail to staff is this, a slash and the ticket's id",
        examples=["https://desk.example/tickets"],
    )


class BrandingSettings(SettingsSection):
    """How the desk calls itself."""

    section = Section.BRANDING

    desk_name: Line = "Ticketdesk"


class RateQuotas(Schema):
    """How many requests are answered in 15 minutes: from one network address, and with one credential."""

    model_config = ConfigDict(extra="forbid")

    per_client: Quota
    per_credential: Quota

    def of(self, subject: Subject) -> int:
        """Return the quota of one subject."""
        return self.per_client if subject is Subject.CLIENT else self.per_credential


class LimitsSettings(SettingsSection):
    """How often what is costly or can be guessed may be asked for."""

    section = Section.LIMITS

    quotas: Annotated[dict[Limited, RateQuotas], BeforeValidator(_with_defaults)] = Field(
        default_factory=dict, validate_default=True, description="every limit is in it"
    )

    def merged(self, given: Mapping[str, Any]) -> Self:
        """Return the section with the quotas that a patch gave; ``None`` stands for the default ones."""
        return type(self)(quotas={**self.quotas, **given.get("quotas", {})})


class AttachmentsSettings(SettingsSection):
    """How much may hang on tickets. What hangs there already stays."""

    section = Section.ATTACHMENTS

    max_file_bytes: FileBytes = Field(25 * MEBIBYTE, description="of one file")
    max_ticket_bytes: TicketBytes = Field(250 * MEBIBYTE, description="of all files on one ticket together")
    max_ticket_files: TicketFiles = 100


class AssignmentSettings(SettingsSection):
    """How support tickets find the one who works them, where their category does not say it."""

    section = Section.ASSIGNMENT

    default_mode: DefaultMode = AssignmentMode.LEAST_LOADED
    respect_working_hours: StrictBool = Field(False, description="give tickets to people within their hours only")
    handover_hours: HandoverHours = Field(24, description="how long a colleague has to answer a hand-over")


class TasksSettings(SettingsSection):
    """How addressees of tasks are reminded of the due date; at which hour and on which days the reminders say."""

    section = Section.TASKS

    reminders_enabled: StrictBool = True
    remind_days_before: DaysBefore = Field(
        [7, 1], description="so many days before the due date; 0: on the day itself", examples=[[7, 1]]
    )
    overdue_every_days: Days = Field(
        3, description="days from the due date, and from each reminder after it, to the next"
    )
    overdue_max_count: OverdueCount = Field(5, description="at most so many after the due date; 0: none")


class Settings(Schema):
    """All sections."""

    calendar: CalendarSettings
    reminders: RemindersSettings
    dispatch: DispatchSettings
    checks: ChecksSettings
    mail: MailSettings
    branding: BrandingSettings
    limits: LimitsSettings
    assignment: AssignmentSettings
    attachments: AttachmentsSettings
    tasks: TasksSettings


class CalendarSettingsPatch(Patch):
    """A merge-patch of the calendar; a list replaces the whole list."""

    time_zone: ZoneName = unchanged()
    business_days: BusinessDays = unchanged()
    holidays: Holidays = unchanged()


class RemindersSettingsPatch(Patch):
    """A merge-patch of the reminders; ``null`` lifts a limit."""

    enabled: StrictBool = unchanged()
    every_days: Days = unchanged()
    max_days: Days | None = unchanged()
    max_count: Days | None = unchanged()
    business_days_only: StrictBool = unchanged()
    send_at: ClockTime = unchanged()


class DispatchSettingsPatch(Patch):
    """A merge-patch of the dispatches."""

    end_of_business_day: ClockTime = unchanged()
    automatic: StrictBool = unchanged()


class ChecksSettingsPatch(Patch):
    """A merge-patch of the checks; ``null`` names no team."""

    management_team_id: UUID | None = unchanged()
    end_of_day_guard: StrictBool = unchanged()
    end_of_day: ClockTime = unchanged()
    warning_minutes: WarningMinutes = unchanged()


class MailSettingsPatch(Patch):
    """A merge-patch of what all mail has in common."""

    subject_prefix: ShortLine = unchanged()
    bcc_address: Address | None = unchanged()
    sender_name: Line = unchanged()
    reply_to: Address | None = unchanged()
    signature: OptionalParagraph = unchanged()
    link_valid_days: LinkDays = unchanged()
    invite_valid_days: Days = unchanged()
    staff_url: WebAddress | None = unchanged()


class BrandingSettingsPatch(Patch):
    """A merge-patch of how the desk calls itself."""

    desk_name: Line = unchanged()


class LimitsSettingsPatch(Patch):
    """A merge-patch of the limits; ``null`` gives a limit its default again."""

    quotas: dict[Limited, RateQuotas | None] = unchanged()


class AttachmentsSettingsPatch(Patch):
    """A merge-patch of how much may hang on tickets."""

    max_file_bytes: FileBytes = unchanged()
    max_ticket_bytes: TicketBytes = unchanged()
    max_ticket_files: TicketFiles = unchanged()


class AssignmentSettingsPatch(Patch):
    """A merge-patch of how tickets are given out."""

    default_mode: DefaultMode = unchanged()
    respect_working_hours: StrictBool = unchanged()
    handover_hours: HandoverHours = unchanged()


class TasksSettingsPatch(Patch):
    """A merge-patch of the reminders of tasks; the list of days replaces the whole list."""

    reminders_enabled: StrictBool = unchanged()
    remind_days_before: DaysBefore = unchanged()
    overdue_every_days: Days = unchanged()
    overdue_max_count: OverdueCount = unchanged()


class SettingChangedBy(Schema):
    """Who made a change, by the name they had then; ``id`` is ``null`` for the system."""

    id: UUID | None
    name: str


class SettingChange(Schema):
    """Who changed what: ``before`` and ``after`` hold the fields that got another value."""

    id: UUID
    section: Section
    changed_at: AwareDatetime
    changed_by: SettingChangedBy
    before: dict[str, JsonValue]
    after: dict[str, JsonValue]


class SettingChangePage(PageSchema[SettingChange]):
    """One page of the changes of a section, newest first."""
