from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser
from tests.portal import portal_sites as story
from tests.portal.portal_sites import PortalSite
from tests.portal.served_site import portal_site as portal_site
from tests.portal.visits import Visit, open_visit


@pytest.fixture
async def visit(browser: Browser, portal_site: PortalSite) -> AsyncIterator[Visit]:
    """A page of a browser that knows nothing of the site yet."""
    async with open_visit(browser, portal_site.base_url) as opened:
        yield opened


@pytest.fixture
async def ticket(visit: Visit, portal_site: PortalSite) -> Visit:
    """A page that shows the ticket of ``portal_site.link``."""
    await visit.open(portal_site.link, story.TITLE)
    return visit
