"""Files on tickets, seen by whom the ticket and the words that they go with are seen."""

from tests.application import SignedInClient
from tests.contracts.permission_objects import READERS, RECIPIENTS, Who
from tests.factories.attachments import PORTAL, attach
from tests.worlds.world import OTHER, OTHER_RECIPIENT, OWN, Path, World

from ticketdesk.domain.permissions import Permission
from ticketdesk.repositories.base import new_id

SCOPE = Permission.TICKETS_READ


async def add_attachments(world: World) -> None:
    """Attach files to every kind of ticket, under names and with contents that are canaries."""
    staff, tickets = world.staff[Who.AGENT], world.paths["ticket"]
    recipient = await world.client_for.portal(world.people[Who.RECIPIENT])
    to_both = READERS | RECIPIENTS | {OTHER_RECIPIENT}
    paths = {
        OWN: await _add(world, recipient, tickets[OWN], "of the recipient", to_both, side=PORTAL),
        OTHER: await _add(
            world, staff, tickets[OTHER], "of someone else", READERS | {OTHER_RECIPIENT}, visibility="public"
        ),
        "internal": await _add(world, staff, tickets[OWN], "kept inside", READERS, visibility="internal"),
        "of a held ticket": await _add(world, staff, tickets["held"], "not sent yet", READERS, visibility="public"),
        "missing": {"attachment_id": str(new_id())},
    }
    world.paths["attachment"] |= paths
    world.paths["portal attachment"] = world.paths["attachment"]


async def add_link(world: World) -> None:
    """Make a link; what it opens is no canary, since whoever has the link may read it."""
    staff, ticket = world.staff[Who.AGENT], world.paths["ticket"][OWN]
    linked = await attach(staff, ticket["ticket_id"], b"For whoever has the link.", "linked.txt")
    link = (await staff.post(f"/api/v1/attachments/{linked['id']}/links")).json()
    world.paths["file link"] = {"in force": {"token": link["url"].rpartition("/")[2]}}


async def attach_before_deletion(world: World, client: SignedInClient, ticket: Path) -> Path:
    """Attach a file to a ticket that is going to be deleted."""
    return await _add(world, client, ticket, "on a deleted ticket", frozenset(), visibility="public")


async def _add(
    world: World, client: SignedInClient, ticket: Path, what: str, known_to: frozenset[str], **how: str
) -> Path:
    scope = SCOPE if known_to else None
    name = world.plant(f"name of a file {what}", known_to, scope)
    content = world.plant(f"content of a file {what}", known_to, scope)
    added = await attach(client, ticket["ticket_id"], content.encode(), f"{name}.txt", **how)
    return {"attachment_id": added["id"]}
