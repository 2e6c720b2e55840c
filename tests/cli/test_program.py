import subprocess
import sys

from tests.cli.commands import environment, run

from ticketdesk.cli.program import COMMANDS


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
