"""The end of the day at the support desk: what is unchecked is warned of, put on record, and told to management."""

from datetime import datetime, time
from pathlib import Path

from ticketdesk.demo import cast
from ticketdesk.demo.callers import Caller, Json, expect, until
from ticketdesk.demo.clocks import ZONE
from ticketdesk.demo.narration import quoted
from ticketdesk.demo.stages import Stage

WARNED_AT, CUT_OFF = time(16, 0), time(17, 0)


async def play(stage: Stage, unchecked: Json) -> Path:
    """Let the day end with one ticket unchecked; returns the file in which its turnaround is drawn."""
    await _warn(stage, unchecked)
    lead = await _cut_off(stage, unchecked)
    await _keep_ledger(stage, lead)
    return await _draw_turnaround(stage, lead)


async def _arrive_at(stage: Stage, at: time) -> Caller:
    stage.clock.move_to(datetime.combine(stage.clock.today(), at, ZONE))
    return await stage.sign_in(cast.LEAD)


async def _warn(stage: Stage, unchecked: Json) -> None:
    lead = await _arrive_at(stage, WARNED_AT)

    async def warnings() -> list[str]:
        items = (await lead.get("/notifications"))["items"]
        return [item["text"] for item in items if item["kind"] == "end_of_day_warning"]

    told = await until(warnings, bool, "Lena was not warned.")
    expect(len(told) == 1 and f"#{unchecked['number']} " in told[0], f"Lena was told {told}.")
    stage.narrator.done(f"16:00 · Lena is warned: {quoted(told[0], 72)}")


async def _cut_off(stage: Stage, unchecked: Json) -> Caller:
    lead = await _arrive_at(stage, CUT_OFF)

    async def breaches() -> list[Json]:
        found: list[Json] = (await lead.get("/end-of-day-breaches"))["items"]
        return found

    recorded = await until(breaches, bool, "The day's end left no record.")
    expect([each["ticket"]["id"] for each in recorded] == [unchecked["id"]], "Another ticket is on record.")
    mail = await stage.mailbox.next_to(cast.LEAD.email)
    ticket = await lead.get(f"/tickets/{unchecked['id']}")
    expect(ticket["status"] == "pending_verification", "The day's end changed the ticket.")
    told = f"#{ticket['number']} goes on record as unchecked"
    stage.narrator.done(f"17:00 · {told}; Lena is mailed {quoted(mail['subject'])}")
    return lead


async def _keep_ledger(stage: Stage, lead: Caller) -> None:
    table = await lead.ask("GET", "/rework", headers={"Accept": "text/csv"})
    expect(table.is_success, f"The ledger as CSV was answered by {table.status_code}.")
    rows = len(table.text.splitlines()) - 1
    expect(rows == 1, f"The ledger has {rows} rows.")
    path = stage.folder / "rework.csv"
    path.write_bytes(table.content)
    stage.narrator.done(f"The rework ledger as CSV, {rows} row, saved as {path.name}")


async def _draw_turnaround(stage: Stage, lead: Caller) -> Path:
    day = stage.clock.today().isoformat()
    report = await lead.get("/reports/turnaround", **{"from": day, "to": day})
    hours, count = report["totals"]["created_to_closed_median_hours"], report["totals"]["ticket_count"]
    expect(count == 1, f"{count} tickets were closed.")
    options = {"params": {"from": day, "to": day}, "headers": {"Accept": "image/svg+xml"}}
    chart = await lead.ask("GET", "/reports/turnaround", **options)
    expect(chart.is_success, f"The chart was answered by {chart.status_code}.")
    path = stage.folder / "turnaround.svg"
    path.write_bytes(chart.content)
    stage.narrator.done(f"Turnaround of the day: {count} closed in {hours} hours; as a chart, saved as {path.name}")
    return path
