"""Every route says who may call it, and is as thin as a route should be."""

import ast
import inspect
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import pytest
from fastapi import APIRouter, Depends
from fastapi.routing import RouteContext
from tests.contract import CONTEXTS
from tests.contracts.permissions import ROWS

from ticketdesk.api import openapi, permission_table
from ticketdesk.api.deps import Permitted, Public, declared_access, permitted
from ticketdesk.api.routing import StrictRoute
from ticketdesk.domain.permissions import Permission, Role, granted

MAX_STATEMENTS = 10


def required(context: RouteContext) -> Permission | None:
    access = declared_access(context.dependant)
    assert isinstance(access, Permitted | Public)
    return access.permission if isinstance(access, Permitted) else None


def test_permissions_are_those_of_the_table() -> None:
    declared = {context.name: required(context) for context in CONTEXTS}
    assert declared == {operation: row.permission for operation, row in ROWS.items()}


# Everything that somebody without a role at the desk can call; what is not here does not exist for them.
OPEN_TO_THE_OUTSIDE = """
create_session refresh_session exchange_link create_password_reset redeem_password_reset redeem_invite get_linked_file
get_me delete_current_session list_sessions delete_session list_workflows
list_portal_tickets create_portal_ticket get_portal_ticket create_portal_comment transition_portal_ticket
edit_portal_action list_portal_categories list_portal_products get_portal_answers save_portal_answers
list_portal_people create_portal_delegations end_portal_delegation list_portal_attachments create_portal_attachment
get_portal_attachment_content create_portal_attachment_link
"""


def test_nothing_more_is_open_to_guests_and_links() -> None:
    outside = granted(Role.GUEST) | {None}
    assert {context.name for context in CONTEXTS if required(context) in outside} == set(OPEN_TO_THE_OUTSIDE.split())


def test_the_page_of_permissions_is_the_programs() -> None:
    page = (Path(__file__).parents[2] / "docs" / "permissions.md").read_text(encoding="utf-8")
    assert page == permission_table.markdown(CONTEXTS), "run: make docs"


def test_public_routes_say_why() -> None:
    accesses = [declared_access(context.dependant) for context in CONTEXTS]
    assert all(access.reason for access in accesses if isinstance(access, Public))


def test_every_route_reads_its_body_strictly() -> None:
    assert [c.name for c in CONTEXTS if not isinstance(c.original_route, StrictRoute)] == []


@pytest.mark.parametrize("context", CONTEXTS, ids=lambda context: str(context.name))
def test_a_route_only_translates(context: RouteContext) -> None:
    endpoint = context.endpoint
    assert endpoint is not None
    assert inspect.iscoroutinefunction(endpoint), "a route that blocks holds a thread"
    assert _statements(endpoint) <= MAX_STATEMENTS


def _statements(function: Callable[..., Any]) -> int:
    tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    counted = [node for node in ast.walk(tree) if isinstance(node, ast.stmt)]
    # The function itself and its docstring say nothing yet.
    return len(counted) - 2


async def undeclared() -> None:
    """Do nothing, for anybody."""


async def do_declared(_actor: Annotated[None, Depends(permitted(Permission.TICKETS_READ))]) -> None:
    """Do nothing, for those who may."""


async def do_openly(_access: Annotated[None, Depends(Public("a test"))]) -> None:
    """Do nothing, for anybody, and say so."""


def router_of(*endpoints: Callable[..., Any]) -> APIRouter:
    router = APIRouter(route_class=StrictRoute)
    for number, endpoint in enumerate(endpoints):
        router.add_api_route(f"/{number}", endpoint)
    return router


def test_a_route_without_declared_access_does_not_start() -> None:
    with pytest.raises(openapi.UndeclaredAccess, match="/api/v1/1 "):
        openapi.collect([router_of(do_declared, undeclared)])


def test_two_operations_never_share_a_name() -> None:
    with pytest.raises(ValueError, match="do_openly"):
        openapi.collect([router_of(do_openly), router_of(do_declared, do_openly)])


def test_an_operation_is_named_by_verb_and_noun() -> None:
    async def nonsense(_access: Annotated[None, Depends(Public("a test"))]) -> None:
        """Do nothing."""

    with pytest.raises(ValueError, match="verb_noun"):
        openapi.collect([router_of(nonsense)])
