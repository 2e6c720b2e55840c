"""Pages for people who build on the API: the contract in Swagger UI, and what each problem code means.

Both come from this process alone; a browser is asked to load nothing from elsewhere.
"""

import asyncio
import html
from collections.abc import Callable
from http import HTTPStatus
from importlib.resources import files

from fastapi import FastAPI, Request, Response
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse
from starlette.staticfiles import StaticFiles

from ticketdesk.api.problem_codes import PROBLEM_CODES

CONTRACT_PATH = "/openapi/v1.json"
# Swagger UI sets style attributes and inlines its icons; scripts come from our own files alone.
DOCS_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self'; font-src 'self' data:; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
)
DOCS_PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Ticketdesk API</title>
<link rel="icon" href="docs/assets/favicon.png">
<link rel="stylesheet" href="docs/assets/swagger-ui.css">
<div id="contract"></div>
<script src="docs/assets/swagger-ui-bundle.js"></script>
<script src="docs/start.js"></script>
"""
DOCS_SCRIPT = """"use strict";
SwaggerUIBundle({
  url: "openapi/v1.json",
  dom_id: "#contract",
  deepLinking: true,
  defaultModelsExpandDepth: 0,
  displayRequestDuration: true,
  persistAuthorization: false,
  validatorUrl: null,
});
"""
PROBLEM_PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{code}</title>
<h1>{code}</h1>
<p>{status} {phrase}</p>
<p>{meaning}</p>
<p>{remedy}</p>
"""


async def show_docs(_request: Request) -> Response:
    """Show Swagger UI."""
    return HTMLResponse(DOCS_PAGE, headers={"Content-Security-Policy": DOCS_POLICY})


async def give_docs_script(_request: Request) -> Response:
    """Give the script that starts Swagger UI: a file, because the policy admits no script inside the page."""
    return Response(DOCS_SCRIPT, media_type="text/javascript")


async def explain_problem(request: Request) -> Response:
    """Explain the code that a problem document's ``type`` leads to."""
    entry = PROBLEM_CODES.get(request.path_params["code"])
    if entry is None:
        raise HTTPException(404)
    return HTMLResponse(
        PROBLEM_PAGE.format(
            code=html.escape(entry.code),
            status=entry.status,
            phrase=HTTPStatus(entry.status).phrase,
            meaning=html.escape(entry.meaning),
            remedy=html.escape(entry.remedy),
        )
    )


class Contract:
    """The contract as ``openapi/v1.json`` has it, written once and for its first reader.

    Writing takes as long as half of a start, and most processes are never asked. It is done beside the requests, and
    goes on for the next reader when the first one leaves.
    """

    def __init__(self, write: Callable[[], bytes]) -> None:
        self._write = write
        self._written: asyncio.Task[bytes] | None = None

    async def give(self, _request: Request) -> Response:
        """Answer with the contract."""
        if self._written is None:
            self._written = asyncio.create_task(asyncio.to_thread(self._write))
        return Response(await asyncio.shield(self._written), media_type="application/json")


def install(app: FastAPI, contract: Contract) -> None:
    """Add the pages, and the contract itself."""
    app.add_route(CONTRACT_PATH, contract.give)
    app.add_route("/docs", show_docs)
    app.add_route("/docs/start.js", give_docs_script)
    app.mount("/docs/assets", StaticFiles(directory=str(files("fastapi_offline") / "static")))
    app.add_route("/problems/{code}", explain_problem)
