"""``ticketdesk verify``: walk every ticket's record and name the first entry that was tampered with."""

import asyncio

import click

from ticketdesk.bootstrap import open_resources
from ticketdesk.cli.environment import opened_database
from ticketdesk.config import Config
from ticketdesk.domain.ports import StorageUnavailable
from ticketdesk.services import activities, stored_files


@click.command()
@click.option("--files", is_flag=True, help="Also read every attachment again and compare its hash, which takes time.")
def verify(*, files: bool) -> None:
    """Check the hash chain of every ticket's record; exit 1 if any is broken."""
    with opened_database() as (config, url):
        is_whole = asyncio.run(_verify_records(config, url))
        if files:
            is_whole = asyncio.run(_verify_files(config, url)) and is_whole
    if not is_whole:
        raise SystemExit(1)


async def _verify_records(config: Config, url: str) -> bool:
    checked, broken = 0, 0
    async with open_resources(config, url) as resources, resources.unit_of_work() as uow:
        async for _, chain in activities.verify_all(uow):
            checked += 1
            if chain is not None:
                broken += 1
                click.echo(f"Ticket {chain.number}: entry {chain.broken.seq} is broken ({chain.broken.why}).")
    click.echo(f"{checked} records checked, {broken} broken.")
    return not broken


async def _verify_files(config: Config, url: str) -> bool:
    checked, broken = 0, 0
    try:
        async with open_resources(config, url) as resources, resources.unit_of_work() as uow:
            async for digest, wrong in stored_files.verify_all(uow, resources.storage):
                checked += 1
                if wrong is not None:
                    broken += 1
                    click.echo(f"File {digest.hex()}: {wrong}.")
    except StorageUnavailable as error:
        raise click.ClickException(f"The storage cannot be read ({error}).") from None
    click.echo(f"{checked} files checked, {broken} broken.")
    return not broken
