"""The command ``ticketdesk``: which commands there are, and how their failures read."""

from importlib import import_module
from typing import Any, cast

import click

from ticketdesk.cli.garbage import spare_imports
from ticketdesk.domain.errors import DomainError, InvalidInput
from ticketdesk.integrations.embedded_postgres import EmbeddedPostgresUnavailable

# Loaded when called, so that each command pays for its own libraries only.
COMMANDS = {
    "serve": "ticketdesk.cli.serve",
    "work": "ticketdesk.cli.work",
    "demo": "ticketdesk.cli.demo",
    "migrate": "ticketdesk.cli.migrate",
    "user": "ticketdesk.cli.user",
    "openapi": "ticketdesk.cli.openapi",
    "docs": "ticketdesk.cli.docs",
    "doctor": "ticketdesk.cli.doctor",
    "verify": "ticketdesk.cli.verify",
    "api": "ticketdesk.cli.api",
}


class LazyGroup(click.Group):
    """Finds a command by importing its module: each defines one of its own name."""

    def list_commands(self, _ctx: click.Context) -> list[str]:
        """Return the names in the order of ``COMMANDS``."""
        return list(COMMANDS)

    def get_command(self, _ctx: click.Context, name: str) -> click.Command | None:
        """Import the command, or return ``None`` for an unknown name."""
        if name not in COMMANDS:
            return None
        with spare_imports():
            command = getattr(import_module(COMMANDS[name]), name)
        return cast("click.Command", command)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; what a person can mend is told in one line, everything else is a bug and shows itself."""
        try:
            return super().invoke(ctx)
        except Exception as error:
            if (line := _told(error)) is None:
                raise
            raise click.ClickException(line) from error


def _told(error: Exception) -> str | None:
    """Return the one line for what a person can mend, ``None`` for a bug."""
    if isinstance(error, InvalidInput):
        return "; ".join(f"{field.pointer.strip('/')}: {field.detail}" for field in error.errors)
    if isinstance(error, DomainError | EmbeddedPostgresUnavailable):
        return str(error)
    # The database library is known by name: importing it takes longer than most commands do.
    if isinstance(error, OSError) or "DBAPIError" in {kind.__name__ for kind in type(error).__mro__}:
        cause = getattr(error, "orig", None) or error
        # Later lines hold the statement and its parameters.
        return f"{type(error).__name__}: {str(cause).partition(chr(10))[0] or 'no further words'}"
    return None


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="ticketdesk")
def program() -> None:
    """Tickets between a desk and the people it asks: sent once, chased, answered by a link, verified and proved."""
