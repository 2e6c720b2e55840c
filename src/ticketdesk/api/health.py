"""``/healthz``, ``/readyz`` and ``/metrics``: for the machines that run the product."""

import asyncio
import hmac

from fastapi import FastAPI, Request, Response
from starlette.responses import JSONResponse

from ticketdesk.api.deps import resources_of
from ticketdesk.api.errors import is_unavailable, problem
from ticketdesk.bootstrap import Resources
from ticketdesk.domain.errors import NotAuthenticated
from ticketdesk.observability import metrics
from ticketdesk.services import health

# Within what a prober usually waits.
PATIENCE_SECONDS = 2.0
RETRY_AFTER = {"Retry-After": "5"}


async def tell_health(_request: Request) -> Response:
    """Say that the process lives, and nothing about what it depends on."""
    return JSONResponse({"status": "ok"})


async def tell_readiness(request: Request) -> Response:
    """Say whether the database answers and has the schema that this program needs."""
    try:
        async with asyncio.timeout(PATIENCE_SECONDS), resources_of(request).unit_of_work() as uow:
            schema = await health.read_schema(uow.health)
    except Exception as error:
        if not is_unavailable(error):
            raise
        return problem(request, 503, "unavailable", "The database does not answer.", headers=RETRY_AFTER)
    if not schema.is_usable:
        return problem(request, 503, "not_migrated", "The database has to be migrated first.", headers=RETRY_AFTER)
    return JSONResponse({"status": "ready"})


async def tell_metrics(request: Request) -> Response:
    """Give all figures to whoever has the configured token; without one the page does not exist."""
    resources = resources_of(request)
    token = resources.config.metrics_token
    if token is None:
        return problem(request, 404, "not_found", "Metrics are off.")
    given = request.headers.get("authorization", "").removeprefix("Bearer ")
    if not hmac.compare_digest(given.encode(), token.encode()):
        raise NotAuthenticated("This needs the metrics token.")
    await _read_backlog(resources)
    return Response(metrics.render(), media_type=metrics.CONTENT_TYPE)


async def _read_backlog(resources: Resources) -> None:
    """Refresh what is counted in the database; figures of the process are worth having without it too."""
    try:
        async with asyncio.timeout(PATIENCE_SECONDS), resources.unit_of_work() as uow:
            backlog = await health.read_backlog(uow)
    except Exception as error:
        if not is_unavailable(error):
            raise
        metrics.set_database_down()
    else:
        metrics.set_backlog(backlog.outbox, backlog.messages)


def install(app: FastAPI) -> None:
    """Add the three pages; they are no part of the API's contract."""
    app.add_route("/healthz", tell_health)
    app.add_route("/readyz", tell_readiness)
    app.add_route("/metrics", tell_metrics)
