"""``python -m chaos [names] [--scale small]``: bring faults about, print what was measured, exit 1 if a bar is missed.

Without names all harnesses run. A full run of all of them rewrites the figures in docs/reliability.md.
"""

import argparse
import asyncio
import signal
import sys
import time
import traceback
from collections.abc import Mapping
from typing import get_args

from chaos import (
    audit_tampering,
    database_restarts,
    large_bodies,
    logs,
    parallel_assignments,
    parallel_dispatches,
    parallel_redemptions,
    report,
    slow_clients,
    tick_replicas,
    worker_kills,
)
from chaos.figures import Figure, Figures, Harness, Scale

# In the order they run in. A harness is a module of this package; this is its one entry.
HARNESSES: Mapping[str, Harness] = {
    "worker_kills": worker_kills.run,
    "database_restarts": database_restarts.run,
    "tick_replicas": tick_replicas.run,
    "parallel_dispatches": parallel_dispatches.run,
    "parallel_redemptions": parallel_redemptions.run,
    "parallel_assignments": parallel_assignments.run,
    "audit_tampering": audit_tampering.run,
    "slow_clients": slow_clients.run,
    "large_bodies": large_bodies.run,
}


# Longer than any of them takes, on a busy machine.
BOUND_SECONDS = 1200.0


async def _figures(harness: Harness, scale: Scale) -> Figures:
    """Run a harness to its end, or to that of our patience; one that breaks down has missed its bar."""
    try:
        async with asyncio.timeout(BOUND_SECONDS):
            return await harness(scale)
    except Exception as error:  # noqa: BLE001 - whatever it was, the others are measured all the same
        traceback.print_exc()
        broken = Figure("the harness itself", "comes to its end", type(error).__name__, passed=False)
        return Figures("The harness broke down.", (broken,))


async def _run(names: list[str], scale: Scale) -> dict[str, Figures]:
    """Run one harness after the other, since they would disturb each other's times, and print each as it ends."""
    # Being told to end is like Ctrl-C: what was started is ended, and what was written is removed.
    task = asyncio.current_task()
    assert task is not None  # noqa: S101 - this is a coroutine
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    found = {}
    for name in names:
        print(f"{name}: running", file=sys.stderr, flush=True)
        began = time.monotonic()
        found[name] = await _figures(HARNESSES[name], scale)
        print(report.table({name: found[name]}), f"\n{name}: {time.monotonic() - began:.0f} s\n", flush=True)
    return found


def main() -> int:
    """Run what the command line names and return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m chaos", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="name", help=", ".join(HARNESSES))
    parser.add_argument("--scale", choices=get_args(Scale), default="full")
    given = parser.parse_args()
    logs.keep_faults()
    if unknown := set(given.names) - HARNESSES.keys():
        parser.error(f"no such harness: {', '.join(sorted(unknown))} (there are {', '.join(HARNESSES)})")
    found = asyncio.run(_run(given.names or [*HARNESSES], given.scale))
    if given.scale == "full" and not given.names:
        report.write(found)
    return 0 if all(figures.passed for figures in found.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
