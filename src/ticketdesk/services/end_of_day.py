"""The guard of the day's end: a warning to checkers, then a record of what is unchecked (product.md section 5).

It closes nothing. Each replica may run it at any time: the row of a day's slot decides who does what once.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from uuid import UUID

from ticketdesk.domain import end_of_day
from ticketdesk.domain import notifications as words
from ticketdesk.domain.activities import ActivityKind, Sealed
from ticketdesk.domain.actors import SYSTEM
from ticketdesk.domain.end_of_day import GuardPolicy, Slot, Watch
from ticketdesk.domain.messages import Purpose
from ticketdesk.domain.notifications import NotificationKind
from ticketdesk.domain.ticket_statuses import Status
from ticketdesk.repositories.end_of_day import Unchecked, WaitingTickets
from ticketdesk.repositories.tickets import TicketRecord
from ticketdesk.repositories.unit_of_work import UnitOfWork
from ticketdesk.schemas.settings import Settings
from ticketdesk.services import activities, messages, notifications, settings

BATCH = 200
# Some clients cut a mail off after 100 kB. What a digest does not list it counts, and the ledger has it.
LISTED = 200
_WAITING = frozenset({Status.PENDING_VERIFICATION, Status.COMMENT_ADDED})


async def run_due(uow: UnitOfWork) -> bool:
    """Do what is due, at most a batch of it; tells whether there is more to do at once.

    The day counts as done even while the guard is off: whoever turns it on in the evening hears nothing that night.
    """
    decided = await settings.get_all(uow)
    has_more = False
    for slot in end_of_day.due(_policy(decided), uow.now()):
        if await uow.end_of_day.is_claimed(_job(slot.watch), _key(slot)):
            continue
        if not decided.checks.end_of_day_guard:
            await _claim(uow, slot)
        elif slot.watch is Watch.WARNING:
            await _warn(uow, slot, decided)
        else:
            has_more = await _cut_off(uow, slot, decided)
    return has_more


def _policy(decided: Settings) -> GuardPolicy:
    calendar, checks = decided.calendar, decided.checks
    warning = timedelta(minutes=checks.warning_minutes)
    return GuardPolicy(checks.end_of_day, warning, calendar.zone, calendar.business_calendar)


def _job(watch: Watch) -> str:
    return f"end_of_day_{watch}"


def _key(slot: Slot) -> datetime:
    """Return what stands for the day, so that a cut-off that is moved on the day itself is not run again."""
    return datetime.combine(slot.day, time(), UTC)


async def _claim(uow: UnitOfWork, slot: Slot) -> bool:
    return await uow.job_slots.claim(_job(slot.watch), _key(slot), uow.now())


async def _warn(uow: UnitOfWork, slot: Slot, decided: Settings) -> None:
    """Tell each checker once how many tickets wait for them."""
    if not await _claim(uow, slot):
        return
    groups = await uow.end_of_day.waiting()
    told = await _told(uow, groups, decided)
    at = decided.checks.end_of_day
    news: dict[tuple[UUID, str], list[UUID]] = {}
    for user_id, theirs in told.items():
        oldest = min(theirs, key=lambda group: group.oldest_number)
        count = sum(group.count for group in theirs)
        text = words.end_of_day_warning(count, at, oldest.oldest_number, oldest.oldest_title)
        news.setdefault((oldest.oldest_id, text), []).append(user_id)
    for (ticket_id, text), user_ids in news.items():
        kind, source = NotificationKind.END_OF_DAY_WARNING, f"end_of_day:{slot.day}"
        await notifications.notify(uow, user_ids, ticket_id, kind, text, source)


async def _told(
    uow: UnitOfWork, groups: Collection[WaitingTickets], decided: Settings
) -> Mapping[UUID, list[WaitingTickets]]:
    """Return what waits for each person: for the checker, each member of the team, else whoever is in charge."""
    active = await uow.end_of_day.active({group.checker_id for group in groups if group.checker_id})
    members = await uow.end_of_day.members({group.team_id for group in groups if group.team_id})
    managers = await _management(uow, decided)
    told: dict[UUID, list[WaitingTickets]] = {}
    for group in groups:
        for user_id in _named(group, active, members) or managers:
            told.setdefault(user_id, []).append(group)
    return told


def _named(group: WaitingTickets, active: Collection[UUID], members: Mapping[UUID, Sequence[UUID]]) -> Sequence[UUID]:
    if group.checker_id and group.checker_id in active:
        return [group.checker_id]
    return members.get(group.team_id, []) if group.team_id else []


async def _management(uow: UnitOfWork, decided: Settings) -> list[UUID]:
    """Return the active members of the management team; leads and admins where there is nobody in it."""
    team_id = decided.checks.management_team_id
    members = (await uow.end_of_day.members([team_id])).get(team_id) if team_id else None
    return members or await uow.end_of_day.in_charge()


async def _cut_off(uow: UnitOfWork, slot: Slot, decided: Settings) -> bool:
    """Put the next batch on record; when there is none left the day is done, and its digest goes out."""
    ids = await uow.end_of_day.unrecorded(slot.day, slot.cut_off, BATCH)
    if ids:
        await _record(uow, slot, await uow.tickets.lock_all(ids, SYSTEM))
        return True
    if await _claim(uow, slot):
        await _send_digest(uow, slot, decided)
    return False


async def _record(uow: UnitOfWork, slot: Slot, locked: list[TicketRecord]) -> None:
    """Put those of the tickets that still wait on record, each with an entry of its own."""
    unchecked = [
        Unchecked(one.id, one.status, one.completed_at, one.worked_by_id, one.checker_id, one.checker_team_id)
        for one in locked
        # Between reading and locking, one may have gone on.
        if one.completed_at is not None and one.completed_at <= slot.cut_off and one.status in _WAITING
    ]
    added = await uow.end_of_day.record(slot.day, unchecked, uow.now())
    entries, pairs = list[Sealed](), []
    for before in locked:
        if before.id in added:
            facts = {"day": slot.day.isoformat(), "cut_off": slot.cut_off, "completed_at": before.completed_at}
            after, entry = activities.seal(before, SYSTEM, ActivityKind.LEFT_UNCHECKED, uow.now(), facts)
            entries.append(entry)
            pairs.append((before, after))
    await uow.activities.add(*entries)
    await uow.tickets.save_all(pairs)


async def _send_digest(uow: UnitOfWork, slot: Slot, decided: Settings) -> None:
    """Mail the management team what was put on record; nothing was, so nobody is written to."""
    ids = await uow.end_of_day.recorded(slot.day)
    if not ids:
        return
    desk = replace(SYSTEM, name=decided.mail.sender_name)
    facts = {"day": slot.day.isoformat(), "others": max(len(ids) - LISTED, 0)}
    for user_id in await _management(uow, decided):
        await messages.post_to_user(uow, user_id, Purpose.DIGEST, ids[:LISTED], desk, **facts)
