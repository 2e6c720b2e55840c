"""``ticketdesk work``: the ticks without the API."""

import asyncio

import click
import structlog

from ticketdesk.bootstrap import open_resources
from ticketdesk.cli.environment import opened_database
from ticketdesk.cli.garbage import keep_start
from ticketdesk.cli.signals import stop_on_signals
from ticketdesk.config import Config
from ticketdesk.jobs.scheduler import run_jobs

log = structlog.get_logger(__name__)


@click.command()
def work() -> None:
    """Run the ticks alone; any number of these may run against one database."""
    with opened_database() as (config, url):
        asyncio.run(_work(config, url))


async def _work(config: Config, url: str) -> None:
    stop = stop_on_signals()
    async with open_resources(config, url) as resources:
        keep_start()
        log.info("working")
        await run_jobs(resources, stop)
    log.info("stopped")
