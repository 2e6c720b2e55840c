import subprocess
import sys

import pytest
from sqlalchemy.exc import DBAPIError
from tests.cli.commands import environment, run

from ticketdesk.cli.program import COMMANDS, _told
from ticketdesk.domain.errors import InvalidInput, NotFound
from ticketdesk.integrations.embedded_postgres import EmbeddedPostgresUnavailable


def test_help_lists_what_there_is() -> None:
    done = run("--help", env=environment())
    assert done.returncode == 0
    shown = {line.split()[0] for line in done.stdout.partition("Commands:")[2].splitlines() if line.strip()}
    assert shown == COMMANDS.keys() - {"docs"}


def test_an_unknown_command_is_told_in_words() -> None:
    done = run("frobnicate", env=environment())
    assert done.returncode == 2
    assert "No such command 'frobnicate'" in done.stderr


def test_the_module_is_the_command() -> None:

    done = subprocess.run(
        [sys.executable, "-m", "ticketdesk", "--version"], capture_output=True, text=True, check=True, env=environment()
    )
    assert done.stdout.startswith("ticketdesk, version ")


@pytest.mark.parametrize(
    ("error", "line"),
    [
        (
            DBAPIError("SELECT secret", {"p": "hunter2"}, Exception("it is gone\nDETAIL: hunter2")),
            "DBAPIError: it is gone",
        ),
        (ConnectionRefusedError(111, "Connection refused"), "ConnectionRefusedError: [Errno 111] Connection refused"),
        (InvalidInput.at("/email", "taken", "Somebody has it."), "email: Somebody has it."),
        (NotFound("User"), "User not found."),
        (EmbeddedPostgresUnavailable("No room."), "No room."),
        (KeyError("bug"), None),
    ],
)
def test_what_a_person_can_mend_is_one_line(error: Exception, line: str | None) -> None:
    assert _told(error) == line
