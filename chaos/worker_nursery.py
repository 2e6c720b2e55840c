"""``python -m chaos.worker_nursery``: starts ``ticketdesk work`` as often as it is told to, and kills it when told to.

Each worker is a process of its own that runs the command from its beginning, but one that has what it imports from
here: two hundred workers that each import the program for themselves keep two cores busy for minutes, and what is
measured then is that. A line is ``hire`` with the worker's environment, answered by its process id, or ``kill`` with a
process id, answered by the moment (seconds since the epoch) once it is dead. At the end of standard input all are.
"""

import json
import os
import signal
import sys
import time
from collections.abc import Mapping
from typing import NoReturn

from ticketdesk.cli.work import work


def main() -> None:
    """Do as told until nobody tells any more."""
    hired: set[int] = set()
    try:
        for line in sys.stdin:
            order, given = json.loads(line)
            if order == "hire":
                hired.add(answer := hire(given))
                print(answer, flush=True)
            else:
                hired.remove(given)
                print(kill(given), flush=True)
    finally:
        for process_id in hired:
            kill(process_id)


def hire(environment: Mapping[str, str]) -> int:
    """Start a worker and return its process id."""
    process_id = os.fork()
    if process_id == 0:
        _work(environment)
    return process_id


def kill(process_id: int) -> float:
    """Kill a worker by SIGKILL and return the moment at which it was; its id is nobody else's before that."""
    os.kill(process_id, signal.SIGKILL)
    killed_at = time.time()
    os.waitpid(process_id, 0)
    return killed_at


def _work(environment: Mapping[str, str]) -> NoReturn:
    """Become a worker that says nothing and is told nothing."""
    nothing = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nothing, stream)
    os.environ.clear()
    os.environ.update(environment)
    try:
        work.main([], prog_name="ticketdesk work")
    finally:
        # Not the way out of here, which would kill the other workers.
        os._exit(1)


if __name__ == "__main__":
    main()
