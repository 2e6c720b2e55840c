"""``python -m chaos.tick_replica DATABASE SMTP NAME``: a process of the ticks, whose clock stands where it is told.

Each line on standard input is a moment (ISO 8601). The clock is set to it, every tick is run once as the scheduler
would, and what became of each is answered as a line of JSON. ``hourly`` is a tick of the harness that writes a row.
"""

import asyncio
import json
import sys
from datetime import datetime
from pathlib import Path

from sqlalchemy import text
from tests.application import FrozenClock

from chaos import logs
from ticketdesk.bootstrap import Resources, open_resources
from ticketdesk.config import Config
from ticketdesk.jobs.scheduler import TICKS, Tick, run_tick

RUNS = "CREATE TABLE chaos_runs (replica text, ran_at timestamptz)"


async def main(url: str, smtp_url: str, name: str) -> None:
    """Serve moments until standard input ends."""
    clock = FrozenClock()
    config = Config.model_construct(data_dir=Path.cwd(), secret_keys=("k" * 32,), smtp_url=smtp_url)

    async def note(resources: Resources) -> None:
        async with resources.engine.begin() as connection:
            row = {"replica": name, "ran_at": clock.now()}
            await connection.execute(text("INSERT INTO chaos_runs VALUES (:replica, :ran_at)"), row)

    ticks = (Tick("hourly", 3600, note), *TICKS)
    loop = asyncio.get_running_loop()
    async with open_resources(config, url, clock=clock) as resources:
        print("ready", flush=True)
        while line := await loop.run_in_executor(None, sys.stdin.readline):
            clock.set(datetime.fromisoformat(line.strip()))
            print(json.dumps({tick.name: await run_tick(resources, tick) for tick in ticks}), flush=True)


if __name__ == "__main__":
    logs.keep_faults()
    asyncio.run(main(*sys.argv[1:]))
