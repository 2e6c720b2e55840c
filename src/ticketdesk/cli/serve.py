"""``ticketdesk serve``: the API and the ticks in one process."""

import asyncio
import socket

import click
import structlog

from ticketdesk.app import create_app
from ticketdesk.bootstrap import open_database, open_resources
from ticketdesk.cli.environment import load_config, migrate_in_development
from ticketdesk.cli.server import address_of, bind, serve_app
from ticketdesk.cli.signals import stop_on_signals
from ticketdesk.config import Config, LogFormat
from ticketdesk.jobs.scheduler import run_jobs
from ticketdesk.observability import logs

log = structlog.get_logger(__name__)


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535), help="Port to listen on.")
@click.option("--no-jobs", is_flag=True, help="Leave the ticks to `ticketdesk work`.")
def serve(host: str, port: int, *, no_jobs: bool) -> None:
    """Serve the API, and run the ticks beside it.

    In development the database is migrated first; in production run `ticketdesk migrate`.
    """
    config = load_config()
    logs.configure(is_json=config.log_format is LogFormat.JSON)
    with bind(host, port) as listener, open_database(config) as url:
        asyncio.run(_serve(_reachable(config, listener), url, listener, has_jobs=not no_jobs))


def _reachable(config: Config, listener: socket.socket) -> Config:
    """Make links lead to where we listen, unless the operator says where others reach us."""
    if "public_url" in config.model_fields_set:
        return config
    return config.model_copy(update={"public_url": address_of(listener)})


async def _serve(config: Config, url: str, listener: socket.socket, *, has_jobs: bool) -> None:
    stop = stop_on_signals()
    await migrate_in_development(config, url)
    async with open_resources(config, url) as resources, asyncio.TaskGroup() as tasks:
        tasks.create_task(serve_app(create_app(resources), listener, stop))
        if has_jobs:
            tasks.create_task(run_jobs(resources, stop))
        log.info("serving", url=address_of(listener), has_jobs=has_jobs, env=config.env.value)
    log.info("stopped")
