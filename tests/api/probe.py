"""Routes that only show what the platform around all routes does."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response

from ticketdesk.api.deps import Public, Uow, permitted
from ticketdesk.api.idempotency import IdempotentRoute
from ticketdesk.domain.actors import Actor
from ticketdesk.domain.permissions import Permission
from ticketdesk.schemas.base import Input, Line

Anybody = Annotated[None, Depends(Public("a probe"))]
Staff = Annotated[Actor, Depends(permitted(Permission.TICKETS_READ))]

router = APIRouter(prefix="/probe", tags=["probe"], route_class=IdempotentRoute)


class Echo(Input):
    text: Line
    any: Any = None


@router.get("/{name}")
async def get_probe(name: str, _access: Anybody, q: Annotated[str, Query()] = "") -> dict[str, str]:
    return {"name": name, "q": q}


@router.post("/{name}")
async def create_probe(name: str, data: Echo, _access: Anybody) -> dict[str, Any]:
    return {"name": name, "text": data.text}


@router.post("/raw/bytes", max_body_size=2_000_000, openapi_extra={"requestBody": {}})
async def measure_probe(request: Request, _access: Anybody) -> dict[str, int]:
    return {"size": len(await request.body())}


@router.put("/{name}")
async def touch_probe(name: str, _access: Anybody) -> dict[str, str]:
    return {"name": name}


@router.delete("/{name}")
async def fail_probe(name: str, _access: Anybody) -> None:
    raise {"bug": RuntimeError(f"secret of {name}"), "gone": ConnectionResetError("db"), "slow": TimeoutError()}[name]


@router.get("/me/versioned")
async def get_versioned_probe(actor: Staff, response: Response) -> dict[str, str]:
    response.headers["ETag"] = '"1"'
    return {"name": actor.name}


@router.get("/me/unversioned")
async def get_unversioned_probe(actor: Staff) -> dict[str, str]:
    return {"name": actor.name}


@router.put("/me/connections")
async def hold_probe(data: Echo, uow: Uow, _actor: Staff) -> dict[str, Any]:
    return {"at": uow.now().isoformat(), "text": data.text}
