"""What an admin edits, section by section, and the record of who changed what."""

from typing import Annotated, TypeVar

from fastapi import APIRouter, Depends, Request, Response

from ticketdesk.api.deps import Uow, permitted
from ticketdesk.api.etags import IfMatch, tag
from ticketdesk.api.idempotency import IdempotentRoute
from ticketdesk.api.openapi_responses import tagged
from ticketdesk.api.pagination import Paging, render_page
from ticketdesk.domain.actors import Actor
from ticketdesk.domain.permissions import Permission
from ticketdesk.domain.settings import Section
from ticketdesk.schemas.settings import (
    AssignmentSettings,
    AssignmentSettingsPatch,
    AttachmentsSettings,
    AttachmentsSettingsPatch,
    BrandingSettings,
    BrandingSettingsPatch,
    CalendarSettings,
    CalendarSettingsPatch,
    ChecksSettings,
    ChecksSettingsPatch,
    DispatchSettings,
    DispatchSettingsPatch,
    LimitsSettings,
    LimitsSettingsPatch,
    MailSettings,
    MailSettingsPatch,
    RemindersSettings,
    RemindersSettingsPatch,
    SettingChangePage,
    Settings,
    SettingsSection,
    TasksSettings,
    TasksSettingsPatch,
)
from ticketdesk.services import settings
from ticketdesk.services.settings import Versioned

router = APIRouter(prefix="/settings", tags=["settings"], route_class=IdempotentRoute)

CAN_READ = [Depends(permitted(Permission.SETTINGS_READ))]
Admin = Annotated[Actor, Depends(permitted(Permission.SETTINGS_WRITE))]
AnySection = TypeVar("AnySection", bound=SettingsSection)


def _tagged(response: Response, found: Versioned[AnySection]) -> AnySection:
    tag(response, found.version)
    return found.value


@router.get("", dependencies=CAN_READ, summary="Read all settings")
async def get_settings(uow: Uow) -> Settings:
    """Return every section; each can be read by itself for its `ETag`."""
    return await settings.get_all(uow)


@router.get("/calendar", dependencies=CAN_READ, summary="Read when the desk works", responses=tagged())
async def get_calendar_settings(uow: Uow, response: Response) -> CalendarSettings:
    """Return zone, business days and holidays."""
    return _tagged(response, await settings.read(uow, CalendarSettings))


@router.patch("/calendar", summary="Change when the desk works", responses=tagged())
async def update_calendar_settings(
    patch: CalendarSettingsPatch, uow: Uow, actor: Admin, if_match: IfMatch, response: Response
) -> CalendarSettings:
    """Change zone, business days or holidays; reminders that are planned are planned anew."""
    return _tagged(response, await settings.change(uow, actor, CalendarSettings, patch, if_match))


@router.get("/reminders", dependencies=CAN_READ, summary="Read how recipients are reminded", responses=tagged())
async def get_reminders_settings(uow: Uow, response: Response) -> RemindersSettings:
    """Return how recipients are asked again."""
    return _tagged(response, await settings.read(uow, RemindersSettings))


@router.patch("/reminders", summary="Change how recipients are reminded", responses=tagged())
async def update_reminders_settings(
    patch: RemindersSettingsPatch, uow: Uow, actor: Admin, if_match: IfMatch, response: Response
) -> RemindersSettings:
    """Change how recipients are asked again; reminders that are planned are planned anew."""
    return _tagged(response, await settings.change(uow, actor, RemindersSettings, patch, if_match))


@router.get("/dispatch", dependencies=CAN_READ, summary="Read when held tickets are sent", responses=tagged())
async def get_dispatch_settings(uow: Uow, response: Response) -> DispatchSettings:
    """Return when the business day ends."""
    return _tagged(response, await settings.read(uow, DispatchSettings))


@router.patch("/dispatch", summary="Change when held tickets are sent", responses=tagged())
async def update_dispatch_settings(
    patch: DispatchSettingsPatch, uow: Uow, actor: Admin, if_match: IfMatch, response: Response
) -> DispatchSettings:
    """Change when the business day ends; dispatches that are scheduled already keep their time."""
    return _tagged(response, await settings.change(uow, actor, DispatchSettings, patch, if_match))


@router.get("/checks", dependencies=CAN_READ, summary="Read who checks completed tickets", responses=tagged())
async def get_checks_settings(uow: Uow, response: Response) -> ChecksSettings:
    """Return the team that checks where no single person does."""
    return _tagged(response, await settings.read(uow, ChecksSettings))


@router.patch("/checks", summary="Change who checks completed tickets", responses=tagged())
async def update_checks_settings(
    patch: ChecksSettingsPatch, uow: Uow, actor: Admin, if_match: IfMatch, response: Response
) -> ChecksSettings:
    """Change the management team; holds for tickets that are completed from now on."""
    return _tagged(response, await settings.change_checks(uow, actor, patch, if_match))


@router.get("/mail", dependencies=CAN_READ, summary="Read what all mail has in common", responses=tagged())
async def get_mail_settings(uow: Uow, response: Response) -> MailSettings:
    """Return subject prefix, blind copy, sender, signature and how long links hold."""
    return _tagged(response, await settings.read(uow, MailSettings))


@router.patch("/mail", summary="Change what all mail has in common", responses=tagged())
async def update_mail_settings(
    patch: MailSettingsPatch, uow: Uow, actor: Admin, if_match: IfMatch, response: Response
) -> MailSettings:
    """Change subject prefix, blind copy, sender, signature or how long links hold."""
    return _tagged(response, await settings.change(uow, actor, MailSettings, patch, if_match))


@router.get("/branding", dependencies=CAN_READ, summary="Read how the desk calls itself", responses=tagged())
async def get_branding_settings(uow: Uow, response: Response) -> BrandingSettings:
    """Return the desk's name."""
    return _tagged(response, await settings.read(uow, BrandingSettings))


@router.patch("/branding", summary="Change how the desk calls itself", responses=tagged())
async def update_branding_settings(
    patch: BrandingSettingsPatch, uow: Uow, actor: Admin, if_match: IfMatch, response: Response
) -> BrandingSettings:
    """Change the desk's name."""
    return _tagged(response, await settings.change(uow, actor, BrandingSettings, patch, if_match))


@router.get(
    "/limits", dependencies=CAN_READ, summary="Read how often what is limited may be asked for", responses=tagged()
)
async def get_limits_settings(uow: Uow, response: Response) -> LimitsSettings:
    """Return the quotas of every limited operation; they hold for 15 minutes from a subject's first request."""
    return _tagged(response, await settings.read(uow, LimitsSettings))


@router.patch("/limits", summary="Change how often what is limited may be asked for", responses=tagged())
async def update_limits_settings(
    patch: LimitsSettingsPatch, uow: Uow, actor: Admin, if_match: IfMatch, response: Response
) -> LimitsSettings:
    """Change quotas, at once and for all processes; requests that were counted stay counted."""
    return _tagged(response, await settings.change(uow, actor, LimitsSettings, patch, if_match))


@router.get("/attachments", dependencies=CAN_READ, summary="Read how much may hang on tickets", responses=tagged())
async def get_attachments_settings(uow: Uow, response: Response) -> AttachmentsSettings:
    """Return how large a file may be, and how many files of what size together may be on one ticket."""
    return _tagged(response, await settings.read(uow, AttachmentsSettings))


@router.patch("/attachments", summary="Change how much may hang on tickets", responses=tagged())
async def update_attachments_settings(
    patch: AttachmentsSettingsPatch, uow: Uow, actor: Admin, if_match: IfMatch, response: Response
) -> AttachmentsSettings:
    """Change the bounds; files that are there already stay."""
    return _tagged(response, await settings.change(uow, actor, AttachmentsSettings, patch, if_match))


@router.get("/assignment", dependencies=CAN_READ, summary="Read how tickets are given out", responses=tagged())
async def get_assignment_settings(uow: Uow, response: Response) -> AssignmentSettings:
    """Return the mode of categories that have none, whether working hours count, and how long hand-overs wait."""
    return _tagged(response, await settings.read(uow, AssignmentSettings))


@router.patch("/assignment", summary="Change how tickets are given out", responses=tagged())
async def update_assignment_settings(
    patch: AssignmentSettingsPatch, uow: Uow, actor: Admin, if_match: IfMatch, response: Response
) -> AssignmentSettings:
    """Change how tickets are given out from now on; hand-overs that were asked for keep their time."""
    return _tagged(response, await settings.change(uow, actor, AssignmentSettings, patch, if_match))


@router.get("/tasks", dependencies=CAN_READ, summary="Read how tasks remind of their due date", responses=tagged())
async def get_tasks_settings(uow: Uow, response: Response) -> TasksSettings:
    """Return how many days before and after the due date addressees are reminded."""
    return _tagged(response, await settings.read(uow, TasksSettings))


@router.patch("/tasks", summary="Change how tasks remind of their due date", responses=tagged())
async def update_tasks_settings(
    patch: TasksSettingsPatch, uow: Uow, actor: Admin, if_match: IfMatch, response: Response
) -> TasksSettings:
    """Change the days; reminders that are planned are planned anew, and none goes for a day that has gone by."""
    return _tagged(response, await settings.change(uow, actor, TasksSettings, patch, if_match))


@router.get("/{section}/changes", dependencies=CAN_READ, summary="List who changed a section")
async def list_setting_changes(
    section: Section, uow: Uow, paging: Paging, request: Request, response: Response
) -> SettingChangePage:
    """List the changes of a section, newest first; the record cannot be altered."""
    return render_page(SettingChangePage, await settings.list_changes(uow, section, paging), request, response)
