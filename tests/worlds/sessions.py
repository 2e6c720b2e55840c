"""Sessions of everybody: one more than the one that they call by, somebody else's, and one that is over."""

from uuid import UUID

from sqlalchemy import select, update
from tests.contracts.permission_objects import Who
from tests.factories.users import create_access_token, create_portal_token
from tests.worlds.world import OTHER, OWN, Path, World

from ticketdesk.models.users import sessions
from ticketdesk.repositories.base import new_id

BY_LINK = (Who.RECIPIENT, Who.STRANGER)


async def add_sessions(world: World) -> None:
    """Let everybody be signed in once more."""
    for who, person in world.people.items():
        world.own["session", who] = await _add(world, person, by_link=who in BY_LINK)
    ended = await _add(world, world.people[Who.AGENT], by_link=False)
    async with world.resources.engine.begin() as connection:
        row = update(sessions).where(sessions.c.id == UUID(ended["session_id"]))
        await connection.execute(row.values(revoked_at=world.resources.clock.now(), revoked_reason="signed_out"))
    world.paths["session"] = {
        OWN: world.own["session", Who.AGENT],
        OTHER: await _add(world, world.colleague.person_id, by_link=False),
        "ended": ended,
        "missing": {"session_id": str(new_id())},
    }


async def _add(world: World, person: UUID, *, by_link: bool) -> Path:
    await (create_portal_token if by_link else create_access_token)(world.resources, person)
    newest = select(sessions.c.id).order_by(sessions.c.id.desc()).limit(1)
    async with world.resources.engine.connect() as connection:
        return {"session_id": str(await connection.scalar(newest))}
