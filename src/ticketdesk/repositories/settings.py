"""Settings by section, and the append-only record of their changes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.dialects.postgresql import insert as insert_or_skip

from ticketdesk.domain.paging import Page, PageRequest
from ticketdesk.domain.settings import Section
from ticketdesk.models.settings import setting_changes, settings
from ticketdesk.repositories.base import Repository, new_id
from ticketdesk.repositories.keyset import collect, one_page
from ticketdesk.repositories.statements import Row, Statement
from ticketdesk.schemas.settings import SettingChange, SettingChangedBy

FIRST_VERSION = 1


@dataclass(frozen=True, slots=True)
class StoredSection:
    """A section as JSON values; what it lacks has its default."""

    value: Mapping[str, Any]
    version: int


_ALL = Statement(select(settings.c.section, settings.c.value, settings.c.version))
_ONE = Statement(select(settings.c.value, settings.c.version).where(settings.c.section == bindparam("section")))
NEVER_CHANGED = StoredSection({}, FIRST_VERSION)


class SettingsRepository(Repository):
    """A section that nobody changed has no row."""

    async def find(self, section: Section) -> StoredSection:
        """Return what is stored of a section."""
        row = await self._one(_ONE, section=section)
        return StoredSection(**row) if row else NEVER_CHANGED

    async def find_all(self) -> Mapping[Section, StoredSection]:
        """Return what is stored of every section."""
        rows = await self._all(_ALL)
        stored = {row["section"]: StoredSection(row["value"], row["version"]) for row in rows}
        return {section: stored.get(section, NEVER_CHANGED) for section in Section}

    async def lock(self, section: Section, now: datetime) -> StoredSection:
        """Return what is stored of a section once no other transaction is changing it, and keep others out."""
        first = {"section": section, "value": {}, "version": FIRST_VERSION, "updated_at": now}
        await self._execute(insert_or_skip(settings).values(first).on_conflict_do_nothing())
        columns = select(settings.c.value, settings.c.version)
        row = await self._one(columns.where(settings.c.section == section).with_for_update())
        return StoredSection(**row) if row else NEVER_CHANGED

    async def save(self, section: Section, stored: StoredSection, now: datetime) -> None:
        """Replace a section that this transaction has locked."""
        values = {"value": dict(stored.value), "version": stored.version, "updated_at": now}
        await self._execute(update(settings).where(settings.c.section == section).values(values))

    async def record(
        self,
        section: Section,
        user_id: UUID | None,
        actor_name: str,
        before: Mapping[str, Any],
        after: Mapping[str, Any],
        now: datetime,
    ) -> None:
        """Add an entry to the record."""
        change = {"id": new_id(), "section": section, "changed_at": now, "user_id": user_id, "actor_name": actor_name}
        await self._execute(insert(setting_changes).values(change | {"before": before, "after": after}))

    async def changes(self, section: Section, request: PageRequest) -> Page[SettingChange]:
        """Return a page of a section's record."""
        columns = setting_changes.c
        statement = select(setting_changes).where(columns.section == section)
        rows = await self._all(one_page(statement, columns.changed_at, columns.id, request))
        return collect(rows, request, _change, at="changed_at")


def _change(row: Row) -> SettingChange:
    return SettingChange(
        id=row["id"],
        section=row["section"],
        changed_at=row["changed_at"],
        changed_by=SettingChangedBy(id=row["user_id"], name=row["actor_name"]),
        before=row["before"],
        after=row["after"],
    )
