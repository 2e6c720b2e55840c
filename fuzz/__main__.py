"""``python -m fuzz [callers]``: fuzz fresh products as each caller, print what failed and a table; exits 1 on failure.

Without names all callers have their turn, two at a time.
"""

import argparse
import sys
from concurrent.futures import ProcessPoolExecutor, as_completed
from functools import partial
from multiprocessing import get_context

from fuzz.callers import CALLERS
from fuzz.outcomes import table
from fuzz.rounds import fuzz_as
from fuzz.runs import PHASES, Plan

SEED = 20260302
EXAMPLES = 5
PROCESSES = 2


def _plan(given: argparse.Namespace) -> Plan:
    return Plan(given.seed, given.examples, tuple(given.phases.split(",")), given.paths)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m fuzz", description=__doc__)
    parser.add_argument("callers", nargs="*", metavar="caller", help=", ".join(CALLERS))
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--examples", type=int, default=EXAMPLES, help="cases per operation where values are drawn")
    parser.add_argument("--phases", default=",".join(PHASES))
    parser.add_argument("--paths", default="", help="only paths in which this regular expression is found")
    given = parser.parse_args()
    if unknown := set(given.callers) - set(CALLERS):
        parser.error(f"no such caller: {', '.join(sorted(unknown))} (there are {', '.join(CALLERS)})")
    return given


def main() -> int:
    """Run what the command line names and return the exit code."""
    given = _arguments()
    names = given.callers or CALLERS
    print(f"Fuzzing as {', '.join(names)}, seed {given.seed}, {given.examples} examples", file=sys.stderr, flush=True)
    outcomes = {}
    with ProcessPoolExecutor(PROCESSES, mp_context=get_context("spawn")) as pool:
        for ended in as_completed([pool.submit(partial(fuzz_as, plan=_plan(given)), name) for name in names]):
            outcome = ended.result()
            outcomes[outcome.caller] = outcome
            for failure in outcome.failures:
                print(f"{outcome.caller}: {failure}\n", flush=True)
            answers = ", ".join(f"{status}: {count}" for status, count in sorted(outcome.statuses.items()))
            print(f"{outcome.caller}: answers {answers}", file=sys.stderr, flush=True)
    print(table(outcomes[name] for name in names))
    return 1 if any(outcome.failures for outcome in outcomes.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
