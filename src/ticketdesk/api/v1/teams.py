"""Teams: read by staff, written by admins."""

from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response

from ticketdesk.api.deps import Uow, permitted
from ticketdesk.api.idempotency import IdempotentRoute
from ticketdesk.api.pagination import Paging, render_page
from ticketdesk.domain.permissions import Permission
from ticketdesk.schemas.teams import Team, TeamCreate, TeamMembers, TeamPage, TeamPatch
from ticketdesk.services import teams

router = APIRouter(prefix="/teams", tags=["users"], route_class=IdempotentRoute)

CAN_READ = [Depends(permitted(Permission.USERS_READ))]
CAN_WRITE = [Depends(permitted(Permission.USERS_WRITE))]


@router.get("", dependencies=CAN_READ, summary="List teams")
async def list_teams(uow: Uow, paging: Paging, request: Request, response: Response) -> TeamPage:
    """Return teams with their members, in the order in which they were created."""
    return render_page(TeamPage, await teams.search(uow, paging), request, response)


@router.post("", status_code=201, dependencies=CAN_WRITE, summary="Create a team")
async def create_team(data: TeamCreate, uow: Uow, response: Response) -> Team:
    """Create a team without members."""
    team = await teams.create(uow, data)
    response.headers["Location"] = f"/api/v1/teams/{team.id}"
    return team


@router.get("/{team_id}", dependencies=CAN_READ, summary="Read a team")
async def get_team(team_id: UUID, uow: Uow) -> Team:
    """Return one team with its members."""
    return await teams.get(uow, team_id)


@router.patch("/{team_id}", dependencies=CAN_WRITE, summary="Rename a team")
async def update_team(team_id: UUID, data: TeamPatch, uow: Uow) -> Team:
    """Change a team's name."""
    return await teams.change(uow, team_id, data)


@router.put("/{team_id}/members", dependencies=CAN_WRITE, summary="Replace a team's members")
async def replace_team_members(team_id: UUID, data: TeamMembers, uow: Uow) -> Team:
    """Make exactly these users, all of them staff, the team's members."""
    return await teams.replace_members(uow, team_id, data)
