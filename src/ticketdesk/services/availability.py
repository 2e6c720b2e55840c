"""Whether somebody is there to work tickets, as they or their lead say."""

from typing import Any
from uuid import UUID

from ticketdesk.domain.actors import Actor
from ticketdesk.domain.availability import is_freed
from ticketdesk.domain.errors import InvalidInput, NotFound
from ticketdesk.domain.events import StaffFreed
from ticketdesk.domain.permissions import Permission
from ticketdesk.repositories.unit_of_work import UnitOfWork
from ticketdesk.repositories.users import UserRecord
from ticketdesk.schemas.availability import AvailabilityUpdate
from ticketdesk.schemas.users import User
from ticketdesk.services import users


async def replace(uow: UnitOfWork, actor: Actor, user_id: UUID, data: AvailabilityUpdate) -> User:
    """Say whether somebody is there; whoever gives tickets out may say it of others.

    Raises ``NotFound``, ``NotPermitted``, and ``InvalidInput`` (``not_away``, ``not_in_future``).
    """
    if await uow.users.lock(user_id) is None:
        raise NotFound("User")
    if actor.user_id != user_id:
        actor.require(Permission.TICKETS_ASSIGN)
    _check(uow, data)
    before = await users.find(uow, user_id)
    await uow.availability.save(user_id, _columns(data), uow.now())
    after = await users.find(uow, user_id)
    if is_freed(before.readiness(uow.now()), after.readiness(uow.now())) or _works_otherwise(before, after):
        await uow.emit(StaffFreed(user_id))
    return await users.get(uow, user_id)


async def end_absences(uow: UnitOfWork) -> int:
    """Bring everybody back whose absence is over, and return how many they were."""
    back = await uow.availability.bring_back(uow.now())
    for user_id in back:
        await uow.emit(StaffFreed(user_id))
    return len(back)


def _check(uow: UnitOfWork, data: AvailabilityUpdate) -> None:
    if data.away_until is None:
        return
    if not data.is_away:
        raise InvalidInput.at("/away_until", "not_away", "Only somebody who is away is away until a time.")
    if data.away_until <= uow.now():
        raise InvalidInput.at("/away_until", "not_in_future", "This time has passed.")


def _columns(data: AvailabilityUpdate) -> dict[str, Any]:
    columns: dict[str, Any] = {"is_away": data.is_away, "away_until": data.away_until}
    if "working_hours" in data.model_fields_set:
        columns["working_hours"] = data.working_hours.model_dump(mode="json") if data.working_hours else None
    return columns


def _works_otherwise(before: UserRecord, after: UserRecord) -> bool:
    """Tell whether somebody who is there got other hours, of which the present moment may be one."""
    return not after.availability.is_away and before.working_hours != after.working_hours
