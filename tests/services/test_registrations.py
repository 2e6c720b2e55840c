"""Registering takes two transactions: what ends the invite between them wins."""

import pytest
from tests.application import ClientFor
from tests.factories.invites import INVITES, create_invite, mailed_tokens
from tests.factories.users import PASSWORD

from ticketdesk.bootstrap import Resources
from ticketdesk.domain.errors import Gone
from ticketdesk.schemas.invites import InviteRedemption
from ticketdesk.services import registrations


@pytest.mark.parametrize(("method", "action"), [("DELETE", ""), ("POST", "/resend")], ids=["revoked", "sent again"])
async def test_an_invite_that_ends_while_the_password_is_hashed_is_gone(
    method: str, action: str, client_for: ClientFor, resources: Resources
) -> None:
    agent = await client_for("agent")
    invite = await create_invite(agent)
    (token,) = await mailed_tokens(resources)
    data = InviteRedemption(token=token, name="Clara", password=PASSWORD)
    async with resources.unit_of_work() as uow:
        attempt = await registrations.begin(uow, resources.signer, data)
    assert attempt.invite is not None
    assert (await agent.request(method, f"{INVITES}/{invite['id']}{action}")).is_success

    with pytest.raises(Gone):
        async with resources.unit_of_work() as uow:
            await registrations.settle(uow, resources.signer, attempt, "hashed")
