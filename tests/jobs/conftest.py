import pytest
from tests.application import ClientFor, SignedInClient
from tests.factories.users import create_team

from ticketdesk.bootstrap import Resources
from ticketdesk.integrations.mailbox import MailCatcher


@pytest.fixture
async def agent(client_for: ClientFor, resources: Resources) -> SignedInClient:
    client = await client_for("agent", name="Ann Agent")
    await create_team(resources, "Compliance", client.person_id)
    return client


@pytest.fixture
def mailbox(resources: Resources) -> MailCatcher:
    assert resources.catcher is not None
    return resources.catcher
