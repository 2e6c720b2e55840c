"""``python -m benchmarks [names]``: measure, print the tables, and write them to RESULTS.md when all were measured."""

import argparse
import asyncio
import tempfile
from pathlib import Path

from benchmarks import stock
from benchmarks.databases import temporary_server
from benchmarks.desks import Desk, furnish
from benchmarks.floors import RECORDED, find_cases, floor, plan
from benchmarks.generators import Stream, find
from benchmarks.rounds import Compared, Rounds
from benchmarks.works import WORKS, Work
from ticketdesk.repositories.base import new_id

HELD = 40_000


async def _prepare(url: str, works: list[Work], tickets: int, scratch: Path):
    desk = await furnish(url, tickets)
    ids = [new_id() for _ in range(HELD)]
    async with desk.connection() as connection:
        for work in works:
            if work.name == "transition":
                await stock.add(connection, ids, "send_later", desk.staff_id, None)
            if work.name == "complete":
                await stock.add(connection, [new_id() for _ in range(HELD)], "pending_correction", desk.staff_id, desk.contact_id)
    plans, streams = [], {}
    for work in works:
        cases = await find_cases(desk, work)
        plans.append(await plan(desk, work, cases))
        path = scratch / f"{work.name}.requests"
        path.write_text("".join(work.line(case) for case in cases))
        streams[work.name] = Stream(path, work.method, desk.tokens[work.who], work.is_keyed)
    return desk, plans, streams


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("names", nargs="*")
    parser.add_argument("--tickets", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=3)
    given = parser.parse_args()
    find()
    works = [work for work in WORKS if not given.names or work.name in given.names]
    with tempfile.TemporaryDirectory() as scratch_name, temporary_server() as server:
        scratch = Path(scratch_name)
        desk, plans, streams = asyncio.run(_prepare(server.url(), works, given.tickets, scratch))
        with desk.product(scratch) as product, floor(desk, plans, scratch) as bare:
            for work in works:
                found = Rounds(streams[work.name], {"floor": bare, "product": product}, RECORDED).run(given.rounds, given.seconds)
                print(f"{work.name:12} ratio {found.ratio:.2f} (bar {work.bar}) product {found.product} floor {found.floor}", flush=True)


if __name__ == "__main__":
    main()
