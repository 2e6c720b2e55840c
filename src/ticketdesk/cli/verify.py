"""``ticketdesk verify``: walk every ticket's record and name the first entry that was tampered with."""

import asyncio

import click

from ticketdesk.bootstrap import open_resources
from ticketdesk.cli.environment import opened_database
from ticketdesk.config import Config
from ticketdesk.services import activities


@click.command()
def verify() -> None:
    """Check the hash chain of every ticket's record; exit 1 if any is broken."""
    with opened_database() as (config, url):
        checked, broken = asyncio.run(_verify(config, url))
    for chain in broken:
        click.echo(f"Ticket {chain.number}: entry {chain.broken.seq} is broken ({chain.broken.why}).")
    click.echo(f"{checked} records checked, {len(broken)} broken.")
    if broken:
        raise SystemExit(1)


async def _verify(config: Config, url: str) -> tuple[int, list[activities.BrokenChain]]:
    checked, broken = 0, []
    async with open_resources(config, url) as resources, resources.unit_of_work() as uow:
        async for _, found in activities.verify_all(uow):
            checked += 1
            if found is not None:
                broken.append(found)
    return checked, broken
