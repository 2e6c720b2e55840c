"""The last acts: who did not answer is asked again, and an auditor looks at the record."""

from datetime import datetime

from ticketdesk.demo import cast
from ticketdesk.demo.callers import Caller, Json, expect, until
from ticketdesk.demo.clocks import ZONE
from ticketdesk.demo.mailboxes import ticket_links
from ticketdesk.demo.stages import Stage


async def remind(stage: Stage) -> str:
    """Move on to when Jonas is asked again, and return the link in that mail."""
    lead = await stage.sign_in(cast.LEAD)
    ticket = await _pending_of(lead, cast.JONAS)
    due_at = datetime.fromisoformat(ticket["next_reminder_at"])
    stage.clock.move_to(due_at)
    stage.narrator.chapter("The one who did not answer", stage.clock.today())
    mail = await stage.mailbox.next_to(cast.JONAS)
    expect(stage.clock.now() >= due_at, "The reminder came before its time.")
    lead = await stage.sign_in(cast.LEAD)
    reminder = await until(lambda: _reminder(lead, ticket), lambda found: found["reminders_sent"] == 1, "No reminder.")
    next_at = datetime.fromisoformat(reminder["next_reminder_at"])
    stage.narrator.done(f"Jonas is reminded of #{ticket['number']} at its time; the next one is due {next_at:%A}")
    return ticket_links(mail)[0]


async def _reminder(staff: Caller, ticket: Json) -> Json:
    return await staff.get(f"/tickets/{ticket['id']}/reminder")


async def _pending_of(staff: Caller, address: str) -> Json:
    tickets = (await staff.get("/tickets", status="pending_correction"))["items"]
    found: Json = next(ticket for ticket in tickets if ticket["contact"]["email"] == address)
    return found


async def hold_one(stage: Stage) -> None:
    """Return to the present, and leave a held ticket there that goes out by itself at the end of the business day."""
    stage.clock.return_to_present()
    stage.narrator.chapter("Today: the record", stage.clock.today())
    agent = await stage.sign_in(cast.AGENT)
    recipient = {"name": "Amelia Brooks", "email": cast.AMELIA}
    body = {"kind": "corrective", "title": cast.NOT_FOUND_BY_THE_MONITOR, "recipient": recipient, "send": "later"}
    ticket = await agent.post("/tickets", body)
    when = {"ticket_ids": [ticket["id"]], "scheduled_for": "end_of_business_day"}
    dispatch = await agent.post("/dispatches", when)
    expect(dispatch["state"] == "scheduled", f"The dispatch is {dispatch['state']}.")
    at = datetime.fromisoformat(dispatch["scheduled_for"]).astimezone(ZONE)
    stage.narrator.done(f"Tom holds #{ticket['number']} for the end of the business day: {at:%A, %H:%M %Z}")


async def examine(stage: Stage, corrected: Json) -> None:
    """Read what an examiner would ask for."""
    auditor = await stage.sign_in(cast.AUDITOR)
    await _read_report(stage, auditor, corrected)
    await _try_to_write(stage, auditor, corrected)
    total, broken = await stage.count_chains()
    expect(total and not broken, f"{broken} of {total} records are broken.")
    stage.narrator.done(f"`ticketdesk verify`: {total} records, each entry chained to the one before, {broken} broken")


async def _read_report(stage: Stage, auditor: Caller, corrected: Json) -> None:
    path = f"/tickets/{corrected['id']}/report"
    report = await auditor.get(path)
    kinds = [entry["kind"] for entry in report["activity"]]
    for kind in ("created", "sent", "viewed", "commented", "replied", "completed", "closed"):
        expect(kind in kinds, f"The record has no entry “{kind}”.")
    expect(report["is_intact"], "The report says that the record is not intact.")
    sent = [message for message in report["messages"] if message["state"] == "sent"]
    numbers = f"{len(kinds)} entries, {len(report['comments'])} comments, {len(sent)} mails sent"
    stage.narrator.done(f"{cast.AUDITOR.name} reads the activity report of #{corrected['number']}: {numbers}")
    table = await auditor.ask("GET", path, headers={"Accept": "text/csv"})
    expect(table.is_success, f"The report as CSV was answered by {table.status_code}.")
    rows = len(table.text.splitlines()) - 1
    stage.narrator.done(f"The same as CSV: {rows} rows, {len(table.content)} bytes, each row with its hash")


async def _try_to_write(stage: Stage, auditor: Caller, corrected: Json) -> None:
    body = {"action": "reopen", "reason": "To see whether I can."}
    answer = await auditor.ask("POST", f"/tickets/{corrected['id']}/transitions", json=body)
    expect(answer.status_code == 403, f"An auditor's change was answered by {answer.status_code}.")
    stage.narrator.done(f"He tries to reopen it: {answer.status_code} {answer.json()['code']}")
