"""The table in fuzz/RESULTS.md: a row per caller, each as the last round of that caller printed it."""

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from fuzz.callers import CALLERS
from fuzz.outcomes import HEADINGS, RULER, Outcome, line
from fuzz.runs import Plan

RESULTS = Path(__file__).with_name("RESULTS.md")
_SINCE = ("seed", "printed (UTC)")
_OPENING = """# What fuzzing found

Every operation of the contract, with data that fits it and data that does not, as everybody who may or may not call it,
against the product on a real PostgreSQL. Where values are drawn, half of the ids lead nowhere, and half are such as the
caller can find. No check is off, no operation left out, no failure accepted; [checks.py](checks.py) names the rules
that no schema can say. `make fuzz ARGS=--write` prints all of it, and `make fuzz ARGS="admin --write"` one row."""


def keep(outcomes: Iterable[Outcome], machine: str, plan: Plan, now: datetime, path: Path = RESULTS) -> None:
    """Write the rows of ``outcomes``, which were whole rounds, into the table; those of other callers stay."""
    rows = _kept(path)
    for outcome in outcomes:
        rows[outcome.caller] = line((*outcome.row, str(plan.seed), f"{now:%Y-%m-%d %H:%M}"))
    how = f"{machine}; phases {', '.join(plan.phases)}; {plan.examples} examples where values are drawn."
    table = [
        line((*HEADINGS, *_SINCE)),
        line((*RULER, "---:", "---")),
        *(rows[name] for name in CALLERS if name in rows),
    ]
    path.write_text("\n".join((_OPENING, "", how, "", *table, "")), encoding="utf-8")


def _kept(path: Path) -> dict[str, str]:
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return {name: row for row in lines for name in CALLERS if row.startswith(f"| {name} |")}
