"""The floor of the benchmark runs what the product runs."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from benchmarks.databases import plain
from benchmarks.desks import Desk, furnish
from benchmarks.floors import RECORDED, find_cases, plan
from benchmarks.planning import Unrepeatable, plan_statements
from benchmarks.plans import Fresh, Given, Moment, Plan, Statement
from benchmarks.questions import questions
from benchmarks.recording import Heard, Recorder, recorder
from benchmarks.results import Line, Table
from benchmarks.scale import CONTRACT
from benchmarks.works import WORKS

from benchmarks import dataset, floor, results, stock
from ticketdesk.repositories.base import new_id

TICKETS = 300
ONE, OTHER, NOW = UUID(int=1), UUID(int=2), datetime(2026, 3, 2, tzinfo=UTC)


def heard(*statements: tuple[str, Any], at: datetime = NOW) -> Heard:
    return Heard(at, list(statements))


def planned(first: Any, second: Any, *, is_read: bool = False) -> tuple[Statement, ...]:
    cases = [{"ticket_id": ONE}, {"ticket_id": OTHER}]
    later = NOW + timedelta(hours=1)
    return plan_statements([heard(*first), heard(*second, at=later)], cases, is_read=is_read)


def test_an_argument_that_the_request_names_is_taken_from_each_request() -> None:
    (statement,) = planned([("SELECT $1", (ONE, "held", [ONE]))], [("SELECT $1", (OTHER, "held", [OTHER]))])
    assert statement.rows == ((Given("ticket_id"), "held", [Given("ticket_id")]),)


def made_at(milliseconds: int) -> UUID:
    """Return an id of version 7 that was made so long after ``NOW``."""
    return UUID(int=(int(NOW.timestamp() * 1000) + milliseconds) << 80)


def test_ids_and_times_that_differ_are_made_anew() -> None:
    first = [("A", (made_at(7), NOW + timedelta(seconds=1))), ("B", (made_at(7), made_at(8), b"hash"))]
    second = [("A", (made_at(17), NOW + timedelta(seconds=3601))), ("B", (made_at(17), made_at(18), b"other"))]
    made, used = planned(first, second)
    assert made.rows == ((Fresh(0), Moment(timedelta(seconds=1))),)
    assert used.rows == ((Fresh(0), Fresh(1), b"hash"),)


@pytest.mark.parametrize("chosen", [UUID(int=7), UUID(dataset.row_id("e", 7))])
def test_somebody_who_was_there_before_stays(chosen: UUID) -> None:
    [used] = planned([("A", (chosen,))], [("A", (UUID(dataset.row_id("e", 8)),))])
    assert used.rows == ((chosen,),)


def test_a_read_is_replayed_without_its_transaction() -> None:
    read = [("BEGIN;", ()), ("SELECT 1", ()), ("COMMIT;", ())]
    assert [statement.sql for statement in planned(read, read, is_read=True)] == ["SELECT 1"]
    assert len(planned(read, read)) == len(read)


def test_requests_that_run_different_statements_are_refused() -> None:
    with pytest.raises(Unrepeatable):
        planned([("SELECT 1", ())], [("SELECT 2", ())])


async def replay(desk: Desk, listening: Recorder, name: str, **given: Any) -> Plan:
    """Record a work from the product and run it once more as the floor does, about the next case."""
    work = next(work for work in WORKS if work.name == name)
    cases = await find_cases(desk, work)
    recorded = await plan(desk, listening, work, cases)
    pool = await floor.open_pool(plain(desk.url), 1)
    async with pool.acquire() as connection:
        await floor.replay(connection, recorded, {work.subject: cases[RECORDED][work.subject], **given})
    await pool.close()
    return recorded


async def test_requests_are_recorded_and_replayed(database_url: str) -> None:
    desk = await furnish(database_url, TICKETS)
    async with (
        desk.connection() as connection,
        desk.resources() as resources,
        recorder(resources) as listening,
    ):
        read = await replay(desk, listening, "get")
        assert json.loads(read.body)["id"].startswith("d0000000")
        assert any(Given("ticket_id") in row for statement in read.statements for row in statement.rows)

        await replay(desk, listening, "create", key="once")
        assert await connection.fetchval("SELECT count(*) FROM tickets") == TICKETS + RECORDED + 1
        assert await connection.fetchval("SELECT count(*) FROM idempotency_keys WHERE status = 201") == RECORDED + 1

        await stock.add(connection, [new_id() for _ in range(RECORDED + 1)], "send_later", desk.staff_id, None)
        await replay(desk, listening, "transition")
        sent = "SELECT count(*) FROM tickets WHERE title = 'Held for the benchmark' AND status <> 'send_later'"
        assert await connection.fetchval(sent) == RECORDED + 1


def test_every_filter_of_the_contract_has_a_value() -> None:
    asked = [question.path for question in questions(json.loads(CONTRACT.read_text(encoding="utf-8")))]
    assert len(asked) == len(set(asked)) > 50


def test_a_table_takes_its_place_and_leaves_the_words_around_it(tmp_path: Path) -> None:
    document = tmp_path / "RESULTS.md"
    document.write_text("Before.\n<!-- part:begin -->\nold\n<!-- part:end -->\nAfter.\n")
    results.write(Table("part", ("ratio",), [Line("get", "≥ 1", ("0.5",), passed=False)], "How."), document)
    text = document.read_text()
    assert text.startswith("Before.")
    assert text.endswith("After.\n")
    assert "| get | ≥ 1 | 0.5 | **missed** |" in text
    assert "old" not in text
