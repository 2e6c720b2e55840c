"""``ticketdesk demo``: the product on a database of its own, acting its story over its own HTTP API."""

import asyncio
import os
import socket
from dataclasses import replace
from pathlib import Path

import click
import httpx

from ticketdesk.app import create_app
from ticketdesk.bootstrap import Resources, open_resources
from ticketdesk.cli import demo_database
from ticketdesk.cli.environment import PREFIX
from ticketdesk.cli.server import address_of, bind, serve_app
from ticketdesk.cli.signals import stop_on_signals
from ticketdesk.config import Config
from ticketdesk.demo import cast, opening, tours
from ticketdesk.demo.callers import PATIENCE_SECONDS, Caller, NotAsExpected
from ticketdesk.demo.clocks import StoryClock
from ticketdesk.demo.mailboxes import Mailbox
from ticketdesk.demo.narration import Narrator
from ticketdesk.demo.stages import Stage
from ticketdesk.demo.tours import Souvenirs
from ticketdesk.jobs.scheduler import TICKS, run_jobs
from ticketdesk.observability import logs
from ticketdesk.repositories import migrations
from ticketdesk.schemas.users import UserCreate
from ticketdesk.services import activities, users
from ticketdesk.services.health import read_schema

HOST = "127.0.0.1"
PORTS_TO_TRY = 20
MAIL_FROM = "compliance@harborview.example"
# The story does not wait a minute for a reminder; what runs by the hour may wait.
EAGER_TICKS = tuple(replace(tick, seconds=1) if tick.seconds <= 60 else tick for tick in TICKS)
FAILED, INTERRUPTED = 1, 130


@click.command()
@click.option("--tour-only", is_flag=True, help="End after the story: 0 if all went as told, else 1.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535), help="First port to try.")
def demo(port: int, *, tour_only: bool) -> None:
    """Act the product's story on an empty database and with real mail, then serve what it left until Ctrl-C.

    Of the environment it takes TICKETDESK_DATA_DIR alone; a configured database or mail server is not touched.
    """
    narrator = Narrator()
    data_dir = Path(os.environ.get(f"{PREFIX}DATA_DIR", "data")) / "demo"
    with _listen(port) as listener, demo_database.opened_anew(data_dir) as (url, own_dir):
        config = Config.model_construct(data_dir=own_dir, public_url=address_of(listener), mail_from=MAIL_FROM)
        with (own_dir / "server.log").open("wb", buffering=0) as log:
            logs.configure(is_json=True, stream=log)
            narrator.say(f"Ticketdesk acts its story on {config.public_url}, logging to {own_dir / 'server.log'}\n")
            status = asyncio.run(_run(config, url, listener, narrator, is_tour_only=tour_only))
    raise SystemExit(status)


def _listen(port: int) -> socket.socket:
    """Return a socket on the first free port from ``port`` on, else on any."""
    for candidate in range(port, min(port + PORTS_TO_TRY, 65536)):
        try:
            return bind(HOST, candidate)
        except click.ClickException:
            continue
    return bind(HOST, 0)


async def _run(config: Config, url: str, listener: socket.socket, narrator: Narrator, *, is_tour_only: bool) -> int:
    """Serve, act the story, and return the exit status."""
    stop, clock = stop_on_signals(), StoryClock()
    opening.set_clock(clock)
    await migrations.upgrade(url)
    async with open_resources(config, url, clock=clock) as resources, asyncio.TaskGroup() as tasks:
        tasks.create_task(serve_app(create_app(resources), listener, stop))
        tasks.create_task(run_jobs(resources, stop, EAGER_TICKS))
        try:
            return await _tell(resources, clock, narrator, stop, is_tour_only=is_tour_only)
        finally:
            stop.set()


async def _tell(
    resources: Resources, clock: StoryClock, narrator: Narrator, stop: asyncio.Event, *, is_tour_only: bool
) -> int:
    base_url = resources.config.public_url
    async with httpx.AsyncClient(base_url=base_url, timeout=PATIENCE_SECONDS) as client:
        caller = Caller(client)
        folder = resources.config.data_dir
        stage = Stage(base_url, caller, clock, narrator, Mailbox(caller), lambda: _count_chains(resources), folder)
        try:
            souvenirs = await _unless_stopped(stage, resources, stop)
        except NotAsExpected as error:
            narrator.failed(str(error))
            return FAILED
    if souvenirs is None:
        return INTERRUPTED
    tours.show(stage, souvenirs)
    if not is_tour_only:
        narrator.say("\nServing until Ctrl-C.")
        await stop.wait()
    return 0


async def _unless_stopped(stage: Stage, resources: Resources, stop: asyncio.Event) -> Souvenirs | None:
    """Act the story, or return ``None`` as soon as ``stop`` is set."""
    await _prepare(resources, stage.narrator)
    story, stopped = asyncio.create_task(tours.play(stage)), asyncio.create_task(stop.wait())
    try:
        await asyncio.wait({story, stopped}, return_when=asyncio.FIRST_COMPLETED)
        return story.result() if story.done() else None
    finally:
        story.cancel()
        stopped.cancel()


async def _prepare(resources: Resources, narrator: Narrator) -> None:
    """Tell what it runs on, and create the first user, whom nobody could create over HTTP."""
    admin = cast.ADMIN
    data = UserCreate.model_validate(
        {"email": admin.email, "name": admin.name, "role": admin.role, "password": cast.PASSWORD}
    )
    async with resources.unit_of_work() as uow:
        version, schema = await uow.health.server_version(), await read_schema(uow.health)
        await users.create(uow, resources.hasher, data)
    narrator.done(f"PostgreSQL {version // 10_000}.{version % 10_000} started, empty, migrated to {schema.present}")


async def _count_chains(resources: Resources) -> tuple[int, int]:
    """Verify every record as ``ticketdesk verify`` does; returns how many there are, and how many are broken."""
    async with resources.unit_of_work() as uow:
        found = [broken async for _, broken in activities.verify_all(uow)]
    return len(found), sum(broken is not None for broken in found)
