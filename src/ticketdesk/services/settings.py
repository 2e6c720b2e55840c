"""Read and change what an admin decides. Each reader is one statement; each change is recorded for good."""

from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar

from ticketdesk.domain import versions
from ticketdesk.domain.actors import Actor
from ticketdesk.domain.errors import InvalidInput
from ticketdesk.domain.events import RemindersReconfigured
from ticketdesk.domain.paging import Page, PageRequest
from ticketdesk.domain.settings import DECIDE_REMINDERS, Section
from ticketdesk.domain.versions import Expected
from ticketdesk.repositories.settings import StoredSection
from ticketdesk.repositories.unit_of_work import UnitOfWork
from ticketdesk.schemas.patches import Patch
from ticketdesk.schemas.settings import (
    AssignmentSettings,
    AttachmentsSettings,
    BrandingSettings,
    CalendarSettings,
    ChecksSettings,
    ChecksSettingsPatch,
    DispatchSettings,
    MailSettings,
    SettingChange,
    Settings,
    SettingsSection,
)

AnySection = TypeVar("AnySection", bound=SettingsSection)


@dataclass(frozen=True, slots=True)
class Versioned(Generic[AnySection]):
    """A section with the version that a change may name; 1 until it was first changed."""

    value: AnySection
    version: int


async def get_calendar(uow: UnitOfWork) -> CalendarSettings:
    """Return when the desk works, and in which zone its clocks are."""
    return (await read(uow, CalendarSettings)).value


async def get_dispatch(uow: UnitOfWork) -> DispatchSettings:
    """Return when the business day ends for held tickets."""
    return (await read(uow, DispatchSettings)).value


async def get_mail(uow: UnitOfWork) -> MailSettings:
    """Return what all outgoing mail has in common."""
    return (await read(uow, MailSettings)).value


async def get_attachments(uow: UnitOfWork) -> AttachmentsSettings:
    """Return how much may hang on tickets."""
    return (await read(uow, AttachmentsSettings)).value


async def get_branding(uow: UnitOfWork) -> BrandingSettings:
    """Return how the desk calls itself."""
    return (await read(uow, BrandingSettings)).value


async def get_checks(uow: UnitOfWork) -> ChecksSettings:
    """Return who checks where no single person does."""
    return (await read(uow, ChecksSettings)).value


async def get_assignment(uow: UnitOfWork) -> AssignmentSettings:
    """Return how tickets are given out."""
    return (await read(uow, AssignmentSettings)).value


async def get_all(uow: UnitOfWork) -> Settings:
    """Return every section, read at one moment."""
    stored = await uow.settings.find_all()
    return Settings.model_validate({section: found.value for section, found in stored.items()})


async def read(uow: UnitOfWork, kind: type[AnySection]) -> Versioned[AnySection]:
    """Return a section with its version."""
    return _built(kind, await uow.settings.find(kind.section))


async def change(
    uow: UnitOfWork, actor: Actor, kind: type[AnySection], patch: Patch, expected: Expected = None
) -> Versioned[AnySection]:
    """Apply ``patch`` to a section, record it and return the result; a patch that changes nothing leaves no trace.

    Two changes at once are applied one after the other. Raises ``StaleVersion`` unless ``expected`` has the version.
    """
    before = _built(kind, await uow.settings.lock(kind.section, uow.now()))
    versions.require(before.version, expected)
    after = replace(before, value=before.value.merged(patch.given()), version=before.version + 1)
    if after.value == before.value:
        return before
    await _save(uow, actor, before, after)
    if kind.section in DECIDE_REMINDERS:
        await uow.emit(RemindersReconfigured())
    return after


async def change_checks(
    uow: UnitOfWork, actor: Actor, patch: ChecksSettingsPatch, expected: Expected = None
) -> Versioned[ChecksSettings]:
    """Change the checks as ``change`` does; raises ``InvalidInput`` (``unknown_reference``) for a team there is not."""
    team_id = patch.given().get("management_team_id")
    if team_id is not None and await uow.teams.find(team_id) is None:
        raise InvalidInput.at("/management_team_id", "unknown_reference", "No such team.")
    return await change(uow, actor, ChecksSettings, patch, expected)


async def list_changes(uow: UnitOfWork, section: Section, request: PageRequest) -> Page[SettingChange]:
    """Return a page of who changed what in a section, newest first."""
    return await uow.settings.changes(section, replace(request, is_descending=True))


async def _save(uow: UnitOfWork, actor: Actor, before: Versioned[AnySection], after: Versioned[AnySection]) -> None:
    section, now = after.value.section, uow.now()
    old, new = _stored(before.value), _stored(after.value)
    await uow.settings.save(section, StoredSection(new, after.version), now)
    changed = [name for name in new if new[name] != old[name]]
    await uow.settings.record(
        section,
        actor.user_id,
        actor.name,
        {name: old[name] for name in changed},
        {name: new[name] for name in changed},
        now,
    )


def _built(kind: type[AnySection], stored: StoredSection) -> Versioned[AnySection]:
    return Versioned(kind.model_validate(stored.value), stored.version)


def _stored(value: SettingsSection) -> dict[str, Any]:
    return value.model_dump(mode="json")
