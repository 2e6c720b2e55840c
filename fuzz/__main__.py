"""``python -m fuzz [callers]``: fuzz fresh products as each caller, print what failed and a table; exits 1 on failure.

Without names all callers have their turn, two at a time; ``--write`` keeps their rows in fuzz/RESULTS.md.
"""

import argparse
import sys
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from datetime import UTC, datetime
from multiprocessing import get_context

from chaos.report import machine

from fuzz import results
from fuzz.callers import CALLERS
from fuzz.outcomes import Outcome, table
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
    parser.add_argument("--write", action="store_true", help="keep the rows of the table in fuzz/RESULTS.md")
    parser.add_argument("--paths", default="", help="only paths in which this regular expression is found")
    given = parser.parse_args()
    if unknown := set(given.callers) - set(CALLERS):
        parser.error(f"no such caller: {', '.join(sorted(unknown))} (there are {', '.join(CALLERS)})")
    if given.write and _plan(given) != Plan(given.seed, EXAMPLES):
        parser.error("--write keeps whole rounds: all phases and paths, and the usual number of examples")
    return given


def _fuzz(names: Sequence[str], plan: Plan) -> list[Outcome]:
    """Let each caller have its round in a process of its own, and print what failed as soon as one ends."""
    ended: dict[str, Outcome] = {}
    with ProcessPoolExecutor(PROCESSES, mp_context=get_context("spawn"), max_tasks_per_child=1) as pool:
        for future in as_completed([pool.submit(fuzz_as, name, plan) for name in names]):
            outcome = future.result()
            ended[outcome.caller] = outcome
            for failure in outcome.failures:
                print(f"{outcome.caller}: {failure}\n", flush=True)
            answers = ", ".join(f"{status}: {count}" for status, count in sorted(outcome.statuses.items()))
            print(f"{outcome.caller}: {answers}", file=sys.stderr, flush=True)
    return [ended[name] for name in names]


def main() -> int:
    """Run what the command line names and return the exit code."""
    given = _arguments()
    plan, names = _plan(given), given.callers or CALLERS
    print(f"As {', '.join(names)}: {plan.words}", file=sys.stderr, flush=True)
    outcomes = _fuzz(names, plan)
    print(table(outcomes))
    if given.write:
        results.keep(outcomes, machine(), plan, datetime.now(UTC))
    return 1 if any(outcome.failures for outcome in outcomes) else 0


if __name__ == "__main__":
    sys.exit(main())
