"""The workflow as data."""

from typing import Annotated

from fastapi import APIRouter, Depends

from ticketdesk.api.deps import permitted
from ticketdesk.api.idempotency import IdempotentRoute
from ticketdesk.domain.actors import Actor
from ticketdesk.domain.permissions import Permission
from ticketdesk.schemas.workflows import WorkflowList
from ticketdesk.services import workflows

router = APIRouter(prefix="/workflows", tags=["workflows"], route_class=IdempotentRoute)


@router.get("", summary="Show every status and every step")
async def list_workflows(actor: Annotated[Actor, Depends(permitted(Permission.PROFILE_READ))]) -> WorkflowList:  # noqa: ARG001 - any staff member may read it
    """Labels and colours of the statuses, and who may take which step from where."""
    return workflows.show()
