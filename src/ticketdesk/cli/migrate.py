"""``ticketdesk migrate``: bring the database to this release's schema."""

import asyncio

import click

from ticketdesk.cli.environment import opened_database
from ticketdesk.repositories import migrations


@click.command()
@click.option("--revision", default="head", show_default=True, help="Revision to upgrade to.")
def migrate(revision: str) -> None:
    """Upgrade the database. Safe to run twice, and by two at once."""
    with opened_database() as (_, url):
        asyncio.run(migrations.upgrade(url, revision))
        click.echo(f"The database is at {asyncio.run(migrations.current(url))}.")
