import io
import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO, cast

import pytest
import structlog

from ticketdesk.observability import logs


@pytest.fixture(autouse=True)
def _restored() -> Iterator[None]:
    """Put the process's logging back as it was."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    root.handlers[:], root.level = handlers, level
    structlog.reset_defaults()


def lines(stream: io.BytesIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_one_line_of_json_per_event() -> None:
    stream = io.BytesIO()
    logs.configure(is_json=True, stream=stream)
    structlog.get_logger("desk").info("sent", count=2, to=("a", "b"))
    [line] = lines(stream)
    assert line.pop("at").endswith("Z")
    assert line == {"event": "sent", "level": "info", "count": 2, "to": ["a", "b"]}


@pytest.mark.parametrize("is_json", [True, False])
def test_a_line_that_cannot_be_written_is_lost_and_breaks_nothing(*, is_json: bool) -> None:
    with Path("/dev/full").open("wb", buffering=0) as stream:
        logs.configure(is_json=is_json, stream=cast("BinaryIO", stream))
        structlog.get_logger("desk").info("sent", count=2)


def test_libraries_speak_into_the_same_stream() -> None:
    stream = io.BytesIO()
    logs.configure(is_json=True, stream=stream)
    token = logs.REQUEST_ID.set("r1")
    logging.getLogger("uvicorn.error").warning("Limit of %s reached", 5)
    logs.REQUEST_ID.reset(token)
    [line] = lines(stream)
    assert (line["event"], line["level"], line["logger"], line["request_id"]) == (
        "Limit of 5 reached",
        "warning",
        "uvicorn.error",
        "r1",
    )


@pytest.mark.parametrize("is_json", [True, False])
@pytest.mark.parametrize("is_ours", [True, False])
def test_a_traceback_holds_no_local_variable(*, is_json: bool, is_ours: bool) -> None:
    stream = io.BytesIO()
    logs.configure(is_json=is_json, stream=stream)
    treasure = "hunter" + "2"
    try:
        _fail(treasure)
    except ValueError:
        (structlog.get_logger() if is_ours else logging.getLogger("lib")).exception("failed")
    text = stream.getvalue().decode()
    assert "for 7 reasons" in text
    assert "Traceback" in text
    assert "hunter2" not in text


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("password", "hunter2"),
        ("new_password", "hunter2"),
        ("access_token", "hunter2"),
        ("Authorization", "Bearer hunter2"),
        ("api_key", "hunter2"),
        ("secret_keys", ["hunter2"]),
        ("smtp_url", "smtp://u:hunter2@h"),
        ("headers", {"cookie": "hunter2"}),
        ("facts", [{"deep": {"token": "hunter2"}}]),
        ("url", "postgresql://desk:hunter2@host/name"),
        ("said", "got Authorization: Bearer hunter2 from them"),
        ("key_used", "td_hunter2hunter2"),
        ("link", "https://desk.example/portal/#/t/hunter2"),
        ("jwt", "eyJhunter2.eyJhunter2.hunter2"),
    ],
)
def test_secrets_stay_out(key: str, value: object) -> None:
    stream = io.BytesIO()
    logs.configure(is_json=True, stream=stream)
    structlog.get_logger().warning("event", **{key: value})
    logging.getLogger("lib").warning("event %s", value if isinstance(value, str) and key in {"url", "said"} else "")
    text = stream.getvalue().decode()
    assert "hunter2" not in text
    assert logs.REDACTED in text


def _fail(treasure: str) -> None:
    raise ValueError(f"for {len(treasure)} reasons")


def test_what_is_no_secret_stays() -> None:
    event = {"event": "x", "url": "https://desk.example/a@b", "count": 3, "password": None, "keys": ["monkey"]}
    assert logs.redact(None, "info", dict(event)) == event


def test_a_line_that_is_no_unicode_is_still_written() -> None:
    stream = io.BytesIO()
    logs.configure(is_json=True, stream=stream)
    structlog.get_logger().info("odd", text="\ud800", thing=object())
    [line] = lines(stream)
    assert "\\ud800" in line["text"]


def test_quiet_libraries_are_heard_when_something_is_wrong() -> None:
    stream = io.BytesIO()
    logs.configure(is_json=True, stream=stream)
    logging.getLogger("httpx").info("HTTP Request: GET /")
    logging.getLogger("httpx").warning("slow")
    assert [line["event"] for line in lines(stream)] == ["slow"]
