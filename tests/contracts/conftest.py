"""The desk that the permission matrix and the scans for leaks are about."""

from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from structlog.testing import capture_logs
from structlog.typing import EventDict
from tests.application import ClientFor, FrozenClock
from tests.worlds.answers import add_answers
from tests.worlds.attachments import add_link
from tests.worlds.calls import add_calls
from tests.worlds.compilations import add_compilations
from tests.worlds.documents import add_documents
from tests.worlds.handovers import add_handovers
from tests.worlds.invites import add_invites
from tests.worlds.people import begin_world
from tests.worlds.secrets import add_secrets
from tests.worlds.sessions import add_sessions
from tests.worlds.sweeps import Rehearsal
from tests.worlds.tasks import add_tasks
from tests.worlds.tickets import add_tickets
from tests.worlds.views import add_views
from tests.worlds.world import World

from ticketdesk.bootstrap import Resources


@pytest.fixture
def log_lines() -> Iterator[list[EventDict]]:
    """Everything that is logged during the test, the making of its desk included, before secrets are blotted out."""
    with capture_logs() as lines:
        yield lines


@pytest.fixture
async def world(
    log_lines: list[EventDict],
    app: FastAPI,
    resources: Resources,
    client_for: ClientFor,
    clock: FrozenClock,
) -> World:
    """A desk on which everything has happened, and on which no request changes anything any more."""
    built = await begin_world(resources, client_for)
    await add_documents(built)
    await add_tickets(built, clock)
    await add_calls(built)
    await add_handovers(built)
    await add_views(built)
    await add_sessions(built)
    await add_compilations(built)
    await add_tasks(built)
    await add_answers(built)
    await add_secrets(built)
    await add_invites(built)
    # Last: it holds for five minutes.
    await add_link(built)
    app.state.resources = Rehearsal.of(resources)
    return built
