"""Teams: staff who share work."""

from uuid import UUID

from ticketdesk.domain.errors import FieldError, InvalidInput, NotFound
from ticketdesk.domain.events import StaffFreed
from ticketdesk.domain.paging import Page, PageRequest
from ticketdesk.repositories.unit_of_work import UnitOfWork
from ticketdesk.schemas.teams import Team, TeamCreate, TeamMembers, TeamPatch


async def create(uow: UnitOfWork, data: TeamCreate) -> Team:
    """Create a team without members; raises ``InvalidInput`` for a name that is taken."""
    team_id = await uow.teams.add(data.name, uow.now())
    if team_id is None:
        raise _name_taken()
    return await get(uow, team_id)


async def get(uow: UnitOfWork, team_id: UUID) -> Team:
    """Return a team; raises ``NotFound``."""
    team = await uow.teams.find(team_id)
    if team is None:
        raise NotFound("Team")
    return team


async def require(uow: UnitOfWork, team_id: UUID | None, pointer: str) -> None:
    """Raise ``InvalidInput`` at ``pointer`` for an id in a body that names no team; ``None`` passes."""
    if team_id is not None and await uow.teams.find(team_id) is None:
        raise InvalidInput.at(pointer, "unknown_reference", "No such team.")


async def search(uow: UnitOfWork, page: PageRequest) -> Page[Team]:
    """Return a page of all teams."""
    return await uow.teams.search(page)


async def change(uow: UnitOfWork, team_id: UUID, patch: TeamPatch) -> Team:
    """Rename a team; raises ``NotFound``, and ``InvalidInput`` for a name that is taken."""
    await _lock(uow, team_id)
    given = patch.given()
    if "name" in given and not await uow.teams.rename(team_id, given["name"], uow.now()):
        raise _name_taken()
    return await get(uow, team_id)


async def replace_members(uow: UnitOfWork, team_id: UUID, data: TeamMembers) -> Team:
    """Make exactly these users the members; raises ``NotFound``, and ``InvalidInput`` for each who is no staff."""
    await _lock(uow, team_id)
    user_ids = list(dict.fromkeys(data.user_ids))
    staff = await uow.teams.staff_among(user_ids)
    errors = [
        FieldError(f"/user_ids/{index}", "not_staff", "This is no user with a role of the staff.")
        for index, user_id in enumerate(data.user_ids)
        if user_id not in staff
    ]
    if errors:
        raise InvalidInput(*errors)
    before = {member.id for member in (await get(uow, team_id)).members}
    await uow.teams.replace_members(team_id, user_ids, uow.now())
    for user_id in user_ids:
        if user_id not in before:
            await uow.emit(StaffFreed(user_id))
    return await get(uow, team_id)


async def _lock(uow: UnitOfWork, team_id: UUID) -> None:
    if not await uow.teams.lock(team_id):
        raise NotFound("Team")


def _name_taken() -> InvalidInput:
    return InvalidInput.at("/name", "name_taken", "Another team has this name.")
