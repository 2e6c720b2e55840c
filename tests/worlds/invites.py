"""Invites: one that stands, and one whose link everybody may try; both in mails that went out."""

from tests.contracts.permission_objects import READERS, Who
from tests.factories.invites import CLARA, create_invite, mailed_tokens
from tests.factories.users import PASSWORD
from tests.worlds.canaries import Canary
from tests.worlds.world import World, existing

INVITED = "invited person"


async def add_invites(world: World) -> None:
    """Let the agent invite two people."""
    agent, known = world.staff[Who.AGENT], READERS | {INVITED}
    address = f"{world.plant('address of somebody invited', known)}@voss.example"
    invite = await create_invite(agent, email=address, name=world.plant("name of somebody invited", known))
    world.paths["invite"] = existing("invite_id", invite["id"])
    # Whoever registers is shown who they are, so that nothing of this one is a secret.
    await create_invite(agent)
    world.readers |= dict.fromkeys((address, CLARA["email"]), INVITED)
    for token in await mailed_tokens(world.resources, address):
        world.canaries.append(Canary("link to register", token, frozenset({INVITED})))
    [token] = await mailed_tokens(world.resources)
    world.bodies["create_invite"] = {"name": "Caro Lind", "email": "caro.lind@brightpath.example"}
    world.bodies["redeem_invite"] = {"token": token, "name": "Clara Voss", "password": PASSWORD}
