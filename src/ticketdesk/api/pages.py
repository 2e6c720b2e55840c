"""Pages for people who build on the API: the contract in Swagger UI, and what each problem code means.

Both come from this process alone; a browser is asked to load nothing from elsewhere.
"""

import html
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


def install(app: FastAPI, contract: bytes) -> None:
    """Add the pages, and the contract itself as ``openapi/v1.json`` has it."""

    async def give_contract(_request: Request) -> Response:
        return Response(contract, media_type="application/json")

    app.add_route(CONTRACT_PATH, give_contract)
    app.add_route("/docs", show_docs)
    app.add_route("/docs/start.js", give_docs_script)
    app.mount("/docs/assets", StaticFiles(directory=str(files("fastapi_offline") / "static")))
    app.add_route("/problems/{code}", explain_problem)
