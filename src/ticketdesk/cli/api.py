"""``ticketdesk api``: talk to a running server from a shell."""

import json
import os
import sys
from typing import IO, Any

import click
import httpx

DEFAULT_URL = "http://127.0.0.1:8000"
PREFIX = "/api/v1"
METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]
TIMEOUT_SECONDS = 60.0
Query = list[tuple[str, str | int | float | bool | None]]


@click.command()
@click.argument("method", type=click.Choice(METHODS, case_sensitive=False))
@click.argument("path")
@click.argument("fields", nargs=-1)
@click.option("--idempotency-key", help="Key under which a POST is done once, however often it is sent.")
@click.option("--if-match", help="Only change this version (the ETag of what was read).")
@click.option("--input", "source", type=click.File("rb"), help="File to send as the body, - for standard input.")
@click.option("--content-type", default="application/json", show_default=True, help="Type of --input.")
@click.option("--show-headers", is_flag=True, help="Print status and headers to standard error.")
def api(method: str, path: str, fields: tuple[str, ...], **options: Any) -> None:
    """Send one request and print the answer's JSON.

    PATH is relative to /api/v1. FIELDS are `name=text`, `name:=json` for other values, and `name==text` for the query.
    The server is TICKETDESK_API_URL, the credential TICKETDESK_TOKEN or TICKETDESK_API_KEY. Exits 0 for a success, 4
    for a refusal, 5 for a fault of the server, 6 when there is none.
    """
    query, body = _read_fields(fields)
    content = _content(body, options["source"])
    with httpx.Client(base_url=_base_url(), timeout=TIMEOUT_SECONDS) as client:
        headers = _headers(options)
        request = client.build_request(method, _full_path(path), params=query or None, headers=headers, **content)
        try:
            answer = client.send(request)
        except httpx.TransportError as error:
            click.echo(f"Error: {request.url.host} does not answer ({type(error).__name__}).", err=True)
            raise SystemExit(6) from None
    _show(answer, shows_headers=options["show_headers"])
    raise SystemExit(0 if answer.status_code < 400 else answer.status_code // 100)


def _base_url() -> str:
    return os.environ.get("TICKETDESK_API_URL", DEFAULT_URL).rstrip("/")


def _full_path(path: str) -> str:
    path = f"/{path.lstrip('/')}"
    return path if path.startswith("/api/") else f"{PREFIX}{path}"


def _read_fields(fields: tuple[str, ...]) -> tuple[Query, dict[str, Any]]:
    """Sort the fields into query and body; a name given twice in the query is sent twice."""
    query: Query = []
    body: dict[str, Any] = {}
    for text in fields:
        name, mark, value = _split(text)
        if mark == "==":
            query.append((name, value))
        elif mark == ":=":
            body[name] = _json(name, value)
        else:
            body[name] = value
    return query, body


def _split(text: str) -> tuple[str, str, str]:
    """Split at the first ``=`` together with what makes it a ``==`` or a ``:=``."""
    name, equals, value = text.partition("=")
    if not equals or not name.strip(":"):
        raise click.UsageError(f"{text!r} is neither name=text nor name:=json nor name==text.")
    if name.endswith(":"):
        return name[:-1], ":=", value
    return (name, "==", value[1:]) if value.startswith("=") else (name, "=", value)


def _json(name: str, text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError as error:
        raise click.UsageError(f"The value of {name} is not JSON: {error}.") from error


def _headers(options: dict[str, Any]) -> dict[str, str]:
    credential = os.environ.get("TICKETDESK_TOKEN") or os.environ.get("TICKETDESK_API_KEY")
    given = {
        "Authorization": f"Bearer {credential}" if credential else None,
        "Idempotency-Key": options["idempotency_key"],
        "If-Match": options["if_match"],
        "Content-Type": options["content_type"] if options["source"] is not None else None,
    }
    return {name: value for name, value in given.items() if value is not None}


def _content(body: dict[str, Any], source: IO[bytes] | None) -> dict[str, Any]:
    if source is None:
        return {"json": body} if body else {}
    if body:
        raise click.UsageError("Give the body either as fields or by --input.")
    return {"content": source.read()}


def _show(answer: httpx.Response, *, shows_headers: bool) -> None:
    if shows_headers:
        click.echo(f"{answer.status_code} {answer.reason_phrase}", err=True)
        for name, value in answer.headers.items():
            click.echo(f"{name}: {value}", err=True)
    is_refused = answer.status_code >= 400
    if not answer.content:
        return
    if "json" in answer.headers.get("content-type", ""):
        click.echo(json.dumps(answer.json(), indent=2, ensure_ascii=False), err=is_refused)
    else:
        (sys.stderr if is_refused else sys.stdout).buffer.write(answer.content)
