"""The floor, prepared for one kind of requests and started."""

import pickle
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.databases import plain
from benchmarks.desks import POOL, Desk
from benchmarks.planning import plan_statements
from benchmarks.plans import Plan, plain_value
from benchmarks.processes import Server, running
from benchmarks.recording import Recorder
from benchmarks.works import Work

# The first request fills caches, the other two are compared.
RECORDED = 3


async def find_cases(desk: Desk, work: Work) -> list[dict[str, Any]]:
    """Return what ``work`` can be about, in the order of the requests."""
    async with desk.connection() as connection:
        arguments = [desk.contact_id] if "$1" in work.cases else []
        return [
            {name: plain_value(value) for name, value in row.items()}
            for row in await connection.fetch(work.cases, *arguments)
        ]


async def plan(desk: Desk, listening: Recorder, work: Work, cases: Sequence[dict[str, Any]]) -> Plan:
    """Record ``work`` from the product; uses up the first ``RECORDED`` of ``cases``."""
    known, heard = [], []
    for case in cases[:RECORDED]:
        known.append(case | ({"key": f"{work.name} {case[work.subject]}"} if work.is_keyed else {}))
        heard.append(await listening.hear(_request(listening, desk, work, known[-1])))
    answer = heard[-1].answer
    assert answer is not None  # noqa: S101 - hear() raises without one
    return Plan(
        work.name,
        work.method,
        work.route,
        answer.status_code,
        answer.headers["content-type"],
        answer.content,
        plan_statements(heard[1:], known[1:], is_read=work.method == "GET"),
        work.subject,
        {str(case[work.subject]): case for case in cases} if len(cases[0]) > 1 else {},
    )


def _request(listening: Recorder, desk: Desk, work: Work, case: dict[str, Any]) -> Any:
    headers = {"authorization": f"Bearer {desk.tokens[work.who]}"}
    if work.method != "GET":
        headers["content-type"] = "application/json"
    if work.is_keyed:
        headers["idempotency-key"] = case["key"]
    return listening.build(work.method, work.path(case), headers, work.body(case))


@contextmanager
def floor(desk: Desk, plan: Plan, scratch: Path) -> Iterator[Server]:
    """Serve ``plan`` while the block runs."""
    path = scratch / f"{plan.work}.plan"
    path.write_bytes(pickle.dumps(plan))
    with running(["-m", "benchmarks.floor", str(path), plain(desk.url), str(POOL)], scratch / "floor.log") as server:
        yield server
