"""One caller's round: a product to call, the caller, the run."""

import asyncio
import logging

import structlog

from fuzz.callers import invite
from fuzz.desks import open_desk, open_server
from fuzz.outcomes import Outcome
from fuzz.runs import Plan, run


def fuzz_as(caller: str, plan: Plan) -> Outcome:
    """Fuzz a product of its own as ``caller``; to be called from the main thread of a process."""
    # A line for each request would bury what the run prints; a fault of the program stays visible.
    logging.getLogger("uvicorn").setLevel(logging.ERROR)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    with open_server() as database_url:
        return asyncio.run(_fuzz(database_url, caller, plan))


async def _fuzz(database_url: str, caller: str, plan: Plan) -> Outcome:
    async with open_desk(database_url) as (resources, base_url):
        visitor = await invite(resources, base_url, caller)
        loop = asyncio.get_running_loop()

        def credential() -> str | None:
            return asyncio.run_coroutine_threadsafe(visitor.credential(), loop).result()

        return await asyncio.to_thread(run, base_url, caller, credential, plan)
