"""Using a link takes two transactions: of many that began with it, one gets to the end."""

import pytest
from tests.factories.users import create_user

from ticketdesk.bootstrap import Resources
from ticketdesk.domain.credentials import ACCOUNT_TOKEN_LIFETIME
from ticketdesk.domain.errors import Gone
from ticketdesk.domain.password_resets import RESET_LIFETIME
from ticketdesk.domain.ports import TokenClaims, TokenPurpose
from ticketdesk.schemas.password_resets import PasswordResetRedemption
from ticketdesk.services import password_resets


async def test_a_link_that_was_used_while_the_password_is_hashed_is_gone(resources: Resources) -> None:
    user_id, now = await create_user(resources), resources.clock.now()
    async with resources.unit_of_work() as uow:
        reset_id = await uow.password_resets.add(user_id, now, now + RESET_LIFETIME)
    token = resources.signer.issue(
        TokenClaims(TokenPurpose.RESET, reset_id, user_id, now, now + ACCOUNT_TOKEN_LIFETIME)
    )
    data = PasswordResetRedemption(token=token, password="a passphrase of mine")
    async with resources.unit_of_work() as uow:
        attempts = [await password_resets.begin(uow, resources.signer, data) for _ in range(2)]
    assert all(attempt.reset is not None for attempt in attempts)
    async with resources.unit_of_work() as uow:
        await password_resets.settle(uow, attempts[0], "hashed first")

    with pytest.raises(Gone):
        async with resources.unit_of_work() as uow:
            await password_resets.settle(uow, attempts[1], "hashed second")
