"""The command ``ticketdesk``: which commands there are, and how their failures read."""

from importlib import import_module
from typing import Any, cast

import click
from sqlalchemy.exc import DBAPIError

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
        command = getattr(import_module(COMMANDS[name]), name)
        return cast("click.Command", command)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; what a person can mend is told in one line, everything else is a bug and shows itself."""
        try:
            return super().invoke(ctx)
        except InvalidInput as error:
            lines = [f"{field.pointer.strip('/')}: {field.detail}" for field in error.errors]
            raise click.ClickException("; ".join(lines)) from error
        except (DomainError, EmbeddedPostgresUnavailable) as error:
            raise click.ClickException(str(error)) from error
        except (DBAPIError, OSError) as error:
            raise click.ClickException(f"{type(error).__name__}: {_first_line(error)}") from error


def _first_line(error: Exception) -> str:
    """Return what the driver said; later lines hold the statement and its parameters."""
    cause = getattr(error, "orig", None) or error
    return str(cause).partition("\n")[0] or "no further words"


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="ticketdesk")
def program() -> None:
    """Tickets between a desk and the people it asks: sent once, chased, answered by a link, verified and proved."""
