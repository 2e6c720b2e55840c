"""The demo as a person runs it: a process of its own, on a database, a port and a mail server of its own."""

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from tests.cli import commands
from tests.database import server_dir

pytestmark = pytest.mark.long

README = Path(__file__).parents[2] / "README.md"
COMMAND = [sys.executable, "-m", "ticketdesk", "demo"]
# What the story must have told, in this order.
TOLD = (
    "PostgreSQL 18",
    "Priya Raman signs in",
    "6 posts and 2 profiles, 10 alerts",
    "5 earlier tickets: 1 pending correction, 1 comment added, 1 pending verification, 2 closed",
    "the form has 3 actions, 3 categories",
    "is held: Send Later",
    "3 tickets, 2 mails, nothing twice",
    "Maya's mail came by SMTP",
    "She opens the link, no password",
    "Her look is on record",
    "Comment Added, 1 notification for Tom",
    "Maya is mailed: Pending Correction",
    "She ticks 3 of 3 actions",
    "marks it completed: Pending Verification",
    "closes it: Closed, completed",
    "Jonas is reminded",
    "Lena Fischer gave the ticket to Ines Duarte",
    "Felix Hart had the fewest open tickets (0) of 2",
    "with our team.png",
    "Ines Duarte was the only one who could take the ticket",
    "completes #10: To Be Checked",
    "returns it to him",
    "Lena closes it: Closed; Grace got 3 mails",
    "once Felix accepts, it is his",
    "Neither noted nor excused yet: #11",
    "the call is completed",
    "waits to be checked by 17:00",
    "#11 goes on record as unchecked",
    "1 row, saved as rework.csv",
    "1 closed in 2.5 hours",
    "Lena brings 3 registers along, as YAML; questions by module: audit 14, tom 14, vv 14",
    "She compiles 29 questions",
    "Dana Ode registers",
    "to a user, a contact, a guest and an address",
    "4 mails; the two without a user may also register",
    "see their own questions alone: 14, 15, 0",
    "to Kai, who is mailed and alone can answer it",
    "27 of 29, nothing missing",
    "accepting warns and writes nothing (409)",
    "27 answers are in the registers",
    "Dana closes it: Closed; 3 others are mailed",
    "Lena reopens it: Open; 4 people are mailed",
    "his guest's session is dead at once",
    "reads the activity report",
    "403 not_permitted",
    "13 records, each entry chained to the one before, 0 broken",
    "all as told",
)
# What stands for lines of the story that README.md leaves out.
LEFT_OUT = " …"
# A machine under load; each wait ends as soon as what it waits for is there.
PATIENCE_SECONDS = 300


@pytest.fixture(scope="module")
def environment() -> Iterator[dict[str, str]]:
    """A data directory that the runs of this module share, and settings that the demo must leave alone."""
    with server_dir() as data_dir:
        yield os.environ | {
            "TICKETDESK_DATA_DIR": str(data_dir / "data"),
            "TICKETDESK_ENV": "production",
            "TICKETDESK_DATABASE_URL": "postgresql://nobody@nowhere.invalid/production",
            "TICKETDESK_SMTP_URL": "smtp://nowhere.invalid",
            "PYTHONWARNINGS": "error",
        }


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


def shape(told: str) -> list[str]:
    """Return the lines of the story without what differs from day to day and from run to run."""
    days = "Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday"
    months = "January|February|March|April|May|June|July|August|September|October|November|December"
    story = told[told.index("The desk opens") : told.index("all as told.")]
    masked = re.sub(rf"\b(?:{days})\b|(?<=\d )(?:{months})\b|\bC[DS]T\b|\btd_\w+|\d+", "…", story)
    return [re.sub(r" +", " ", line) for line in masked.splitlines()]


def is_abridged(shown: list[str], told: list[str]) -> bool:
    """Tell whether the lines are those of the story, some left out where a line of its own says so."""
    pattern = "".join(r"(?:.+\n)+" if line == LEFT_OUT else f"{re.escape(line)}\n" for line in shown)
    return re.fullmatch(pattern, "".join(f"{line}\n" for line in told)) is not None


def run(environment: dict[str, str], *arguments: str, code: str | None = None) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", code] if code else COMMAND
    return subprocess.run(
        [*command, *arguments], env=environment, capture_output=True, text=True, timeout=PATIENCE_SECONDS, check=False
    )


def test_tour_tells_the_whole_story_and_ends(environment: dict[str, str], taken_port: int) -> None:
    ended = run(environment, "--tour-only", "--port", str(taken_port))
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert ended.stderr == ""
    places = [ended.stdout.find(words) for words in TOLD]
    assert -1 not in places, TOLD[places.index(-1)]
    assert places == sorted(places)
    assert is_abridged(shape(README.read_text(encoding="utf-8")), shape(ended.stdout)), "README.md shows another story"
    assert "✗" not in ended.stdout
    assert "\x1b" not in ended.stdout
    assert f":{taken_port}/" not in ended.stdout


def test_second_run_serves_what_it_shows_until_interrupted(environment: dict[str, str]) -> None:
    arguments = [*COMMAND, "--port", "0"]
    with subprocess.Popen(arguments, env=environment, stdout=subprocess.PIPE, text=True) as demo:
        assert demo.stdout is not None
        told = ""
        for line in demo.stdout:
            told += line
            if line.startswith("Serving"):
                break
        try:
            visit(told)
        finally:
            demo.send_signal(signal.SIGINT)
        assert demo.wait(timeout=PATIENCE_SECONDS) == 0


def visit(told: str) -> None:
    """Use everything that the demo names at its end."""
    shown = dict(re.findall(r"^  ([a-z' API]+?)  +(\S+)", told, re.MULTILINE))
    link = urlsplit(shown["guest's link"])
    with httpx.Client(base_url=f"http://{link.netloc}", timeout=60) as client:
        for name in ("mailbox", "API", "portal"):
            assert client.get(shown[name]).status_code == 200, name
        assert Path(shown["turnaround"]).read_text(encoding="utf-8").endswith("</svg>")
        token = {"token": link.fragment.removeprefix("/t/")}
        session = client.post("/api/v1/auth/links/exchange", json=token).json()
        assert session["contact"]["name"] == "Jonas Weber"
        guest = {"Authorization": f"Bearer {session['access_token']}"}
        ticket = client.get(f"/api/v1/portal/tickets/{session['ticket_id']}", headers=guest).json()
        assert (ticket["status"], ticket["allowed_actions"]) == ("pending_correction", ["comment", "complete"])
        credentials = {"email": shown["sign in as"], "password": shown["password"]}
        assert client.post("/api/v1/auth/sessions", json=credentials).json()["user"]["role"] == "admin"
        key = {"Authorization": f"Bearer {shown['API key']}"}
        counts = client.get("/api/v1/tickets/counts", headers=key).json()["by_status"]
        assert all(counts[name] for name in ("send_later", "pending_correction", "comment_added", "closed"))


def test_story_that_goes_otherwise_ends_in_failure(environment: dict[str, str]) -> None:
    code = """
from ticketdesk.__main__ import main
from ticketdesk.demo import cast
cast.CONTACTS += "Without Address,,,,\\n"
main()
"""
    ended = run(environment, "demo", "--tour-only", "--port", "0", code=code)
    assert ended.returncode == 1
    assert re.search(r"✗ .* Of the contacts, ", ended.stdout)
    assert "all as told" not in ended.stdout


def test_data_directory_that_cannot_be_used_is_named(environment: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file")
    given = environment | {"TICKETDESK_DATA_DIR": str(tmp_path / "data")}
    ended = commands.run("demo", "--tour-only", "--port", "0", env=given)
    assert ended.returncode == 1
    assert ended.stderr.startswith("Error: ")
    assert "Traceback" not in ended.stderr
