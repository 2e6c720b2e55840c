"""The ASGI application: routes, error answers and the pages around them, over resources that are already open."""

from collections.abc import Iterable

from fastapi import APIRouter, FastAPI
from starlette.middleware import Middleware
from starlette.types import ASGIApp

from ticketdesk.api import cors, health, openapi, pages, portal_page, proxies
from ticketdesk.api.faults import FaultBoundary
from ticketdesk.api.mailbox import mailbox_routes
from ticketdesk.api.request_log import RequestLog
from ticketdesk.api.response_headers import ResponseHeaders
from ticketdesk.api.routing import RouteTable
from ticketdesk.api.v1 import ROUTERS
from ticketdesk.bootstrap import Resources


class Application(FastAPI):
    """FastAPI with our middleware alone.

    What FastAPI and Starlette put around it is done elsewhere here: bodies are bounded by the route table, contexts
    closed by the call, and exceptions answered by ``FaultBoundary``.
    """

    def build_middleware_stack(self) -> ASGIApp:
        """Return our middleware with the routes inside."""
        app: ASGIApp = self.router
        for kind, args, kwargs in reversed(self.user_middleware):
            app = kind(app, *args, **kwargs)
        return app


def create_app(resources: Resources, routers: Iterable[APIRouter] = ROUTERS) -> FastAPI:
    """Return the application over ``resources``.

    Refuses to start (``UndeclaredAccess``) with a route that declares neither a permission nor that it is public.
    """
    contexts = openapi.collect(routers)
    app = Application(
        openapi_url=None,
        redirect_slashes=False,
        # Our own log and figures leave out what a span would hold: paths with ids and queries with names.
        telemetry={"tracing": False, "metrics": False, "logs": False},
        middleware=[
            *proxies.middleware(resources.config.trusted_proxies),
            Middleware(RequestLog),
            Middleware(ResponseHeaders),
            *cors.middleware(resources.config.cors_origins),
            Middleware(FaultBoundary),
        ],
    )
    app.state.resources = resources
    app.router.routes.append(RouteTable(contexts))
    health.install(app)
    pages.install(app, pages.Contract(lambda: openapi.render(openapi.document(contexts))))
    if resources.catcher is not None and not resources.config.is_production:
        app.router.routes.extend(mailbox_routes(resources.catcher))
    if resources.config.portal_page:
        portal_page.install(app)
    return app
