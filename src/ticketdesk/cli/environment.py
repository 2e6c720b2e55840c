"""What the commands take from the environment, and how they begin."""

from collections.abc import Iterator
from contextlib import contextmanager

import click
from pydantic import ValidationError

from ticketdesk.bootstrap import open_database
from ticketdesk.config import Config, LogFormat
from ticketdesk.observability import logs
from ticketdesk.repositories import migrations

PREFIX = "TICKETDESK_"


def load_config() -> Config:
    """Return the environment's config; raises ``ClickException`` naming what is wrong, never its value."""
    try:
        return Config()
    except ValidationError as error:
        found = error.errors(include_input=False, include_url=False)
        lines = [f"{_variable(entry['loc'])}: {entry['msg'].removeprefix('Value error, ')}" for entry in found]
        raise click.ClickException("; ".join(lines)) from None


def _variable(location: tuple[int | str, ...]) -> str:
    return f"{PREFIX}{str(location[0]).upper()}" if location else "environment"


@contextmanager
def opened_database() -> Iterator[tuple[Config, str]]:
    """Give config and database address to a command that does one thing; logs go to standard error."""
    config = load_config()
    logs.configure(is_json=config.log_format is LogFormat.JSON)
    with open_database(config) as url:
        yield config, url


async def migrate_in_development(config: Config, url: str) -> None:
    """Bring the database to this release, but in production, where operators run `ticketdesk migrate`."""
    if not config.is_production and await migrations.current(url) != migrations.head():
        await migrations.upgrade(url)
