"""``ticketdesk doctor``: one line per thing that has to be right, and what to do where it is not."""

import asyncio
from collections.abc import Iterator

import click

from ticketdesk.bootstrap import open_database
from ticketdesk.cli import doctor_checks, doctor_database
from ticketdesk.cli.doctor_checks import Finding, State
from ticketdesk.cli.environment import load_config
from ticketdesk.config import Config
from ticketdesk.integrations.embedded_postgres import EmbeddedPostgresUnavailable

COLORS = {State.OK: "green", State.WARN: "yellow", State.FAIL: "red"}


@click.command()
def doctor() -> None:
    """Check everything that the product needs; exit 1 if anything fails.

    Nothing is changed and no mail is sent.
    """
    try:
        config = load_config()
    except click.ClickException as error:
        findings: Iterator[Finding] = iter([Finding("config", State.FAIL, error.message, "Correct the environment.")])
    else:
        findings = examine(config)
    has_failed = False
    for finding in findings:
        has_failed |= finding.state is State.FAIL
        click.echo(f"{click.style(f'{finding.state.value:<4}', fg=COLORS[finding.state])}  {finding}")
    if has_failed:
        raise SystemExit(1)


def examine(config: Config) -> Iterator[Finding]:
    """Yield a finding per check, the cheap ones first."""
    for check in doctor_checks.CHECKS:
        yield check(config)
    try:
        with open_database(config) as url:
            yield from asyncio.run(doctor_database.examine(config, url))
    except EmbeddedPostgresUnavailable as error:
        yield Finding("database", State.FAIL, str(error))
