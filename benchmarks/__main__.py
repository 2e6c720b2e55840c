"""``python -m benchmarks [names]``: measure, print the tables, exit 1 if a bar is missed.

Names are parts (``requests``, ``scale``, ``dispatch``, ``memory``) or single kinds of requests (``get``, ``list``…).
A part that ran as a whole is written to RESULTS.md.
"""

import argparse
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

from benchmarks import dispatch, generators, memory, requests, results, scale
from benchmarks.sizes import FULL, SMALL, Size
from benchmarks.works import WORKS

PARTS: Mapping[str, Callable[[Path, Size], results.Table]] = {
    part.PART: part.run for part in (requests, scale, dispatch, memory)
}
NAMES = frozenset(work.name for work in WORKS)


def _measured(names: list[str], scratch: Path, size: Size) -> list[results.Table]:
    """Return the tables of what was asked for; whole parts are written down as soon as they are there."""
    works = [name for name in names if name in NAMES]
    tables = [requests.run(scratch, size, works)] if works else []
    for part in PARTS:
        if part in names or not names:
            print(f"{part}: measuring", file=sys.stderr, flush=True)
            table = PARTS[part](scratch, size)
            if size is FULL:
                results.write(table)
            tables.append(table)
    return tables


def main() -> int:
    """Run what the command line names and return the exit code."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="name", help=", ".join([*PARTS, *sorted(NAMES)]))
    parser.add_argument("--small", action="store_true", help="only see whether it works; writes nothing down")
    given = parser.parse_args()
    names: list[str] = given.names
    if unknown := set(names) - PARTS.keys() - NAMES:
        parser.error(f"nothing is called {', '.join(sorted(unknown))}")
    generators.find()
    with tempfile.TemporaryDirectory(prefix="ticketdesk-bench-") as scratch:
        tables = _measured(names, Path(scratch), SMALL if given.small else FULL)
    for table in tables:
        print(f"\n{table.part}\n\n{table.markdown()}")
    return 0 if all(table.passed for table in tables) else 1


if __name__ == "__main__":
    sys.exit(main())
