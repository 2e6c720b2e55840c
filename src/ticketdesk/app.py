"""The ASGI application: routes, error answers and the pages around them, over resources that are already open."""

from fastapi import FastAPI

from ticketdesk.api import errors, openapi
from ticketdesk.api.v1 import ROUTERS
from ticketdesk.bootstrap import Resources


def create_app(resources: Resources) -> FastAPI:
    """Return the application over ``resources``; refuses to start with a route that declares no permission."""
    app = FastAPI(
        title="Ticketdesk",
        version="1",
        openapi_url="/openapi/v1.json",
        docs_url=None,
        redoc_url=None,
        max_body_size=openapi.MAX_BODY_BYTES,
    )
    app.state.resources = resources
    errors.install(app)
    for router in ROUTERS:
        app.include_router(router, prefix="/api/v1")
    openapi.install(app)
    return app
