"""The first act: an empty product becomes a desk with a past, so that every status has a ticket to show."""

from collections import Counter
from datetime import time

from ticketdesk.demo import cast
from ticketdesk.demo.callers import Caller, Json, expect
from ticketdesk.demo.clocks import StoryClock
from ticketdesk.demo.mailboxes import open_link, ticket_links
from ticketdesk.demo.stages import Stage

DAYS_AGO = 14
TEN_O_CLOCK = time(10, 0)


def set_clock(clock: StoryClock) -> None:
    """Go to the morning on which the story begins.

    To be called before any tick runs: what one has done for a day that the story still comes to is not done again.
    """
    clock.set_back(DAYS_AGO, TEN_O_CLOCK)


async def open_desk(stage: Stage) -> str:
    """Set up staff, catalogue, people and findings, and return the monitor's API key."""
    stage.narrator.chapter("The desk opens", stage.clock.today())
    admin = await stage.sign_in(cast.ADMIN)
    stage.narrator.done(f"{cast.ADMIN.name} signs in, the admin whom `ticketdesk user create` made")
    await _hire(stage, admin)
    await _set_up(stage, admin)
    await _import_contacts(stage, admin)
    key = await _create_key(stage, admin)
    await _report(stage, stage.anonymous.bearing(key))
    return key


async def _hire(stage: Stage, admin: Caller) -> None:
    ids = {}
    for person in cast.STAFF:
        fields = {"email": person.email, "name": person.name, "role": person.role, "password": cast.PASSWORD}
        ids[person] = (await admin.post("/users", fields))["id"]
    team = await admin.post("/teams", {"name": cast.TEAM})
    members = {"user_ids": [ids[person] for person in cast.TEAM_MEMBERS]}
    team = await admin.put(f"/teams/{team['id']}/members", members)
    expect(len(team["members"]) == len(cast.TEAM_MEMBERS), "The team has other members.")
    roles = Counter(person.role for person in cast.STAFF)
    counted = ", ".join(f"{count} {role}{'s' * (count > 1)}" for role, count in roles.items())
    stage.narrator.done(f"She adds {counted}, and the team {cast.TEAM} with {len(team['members'])} members")


async def _set_up(stage: Stage, admin: Caller) -> None:
    for name, regulation in cast.CATEGORIES:
        await admin.post("/violation-categories", {"name": name, "regulation": regulation})
    stage.narrator.done(f"{len(cast.CATEGORIES)} violation categories, from {cast.PROMISE} to {cast.HOUSING}")
    await admin.patch("/settings/branding", {"desk_name": cast.DESK})
    await admin.patch("/settings/mail", {"subject_prefix": "[Compliance]", "sender_name": cast.DESK})
    reminders = await admin.patch("/settings/reminders", {"every_days": 3})
    stage.narrator.done(f"Reminders every {reminders['every_days']} days at {reminders['send_at']}, on business days")


async def _import_contacts(stage: Stage, admin: Caller) -> None:
    answer = await admin.ask("POST", "/contacts/import", files={"file": ("staff.csv", cast.CONTACTS, "text/csv")})
    expect(answer.is_success, f"The file of contacts was answered by {answer.status_code}.")
    found = answer.json()
    expect(found["created"] == len(found["rows"]) and not found["failed"], f"Of the contacts, {found} were created.")
    accounts = (await admin.get("/accounts"))["items"]
    stage.narrator.done(f"{found['created']} licensed employees in {len(accounts)} branches, from a CSV file")


async def _create_key(stage: Stage, admin: Caller) -> str:
    scopes = ["tickets:read", "tickets:write", "contacts:read", "contacts:write", "items:read", "items:write"]
    scopes += ["dispatches:read", "dispatches:write", "messages:read", "profile:read"]
    scopes += ["documents:read", "documents:write", "compilations:read", "compilations:write"]
    created = await admin.post("/api-keys", {"name": cast.MONITOR, "scopes": scopes})
    stage.narrator.done(f"An API key for the monitor, {created['prefix']}…, with {len(created['scopes'])} scopes")
    return str(created["key"])


async def _report(stage: Stage, monitor: Caller) -> None:
    findings = [await monitor.put("/monitored-items", report) for report in cast.reports(stage.clock.now())]
    stage.items = {item["external_id"]: item["id"] for item in findings}
    alerts = sum(len(item["alerts"]) for item in findings)
    kinds = Counter(item["kind"] for item in findings)
    stage.narrator.done(f"The monitor reports {kinds['post']} posts and {kinds['profile']} profiles, {alerts} alerts")


async def play_past(stage: Stage) -> None:
    """Make tickets that end up in every status which a sent ticket can have."""
    lead, colleague = await stage.sign_in(cast.LEAD), await stage.sign_in(cast.COLLEAGUE)
    await stage.create_ticket(colleague, cast.TESTIMONIAL_POST, send="now")
    asked = await stage.create_ticket(colleague, cast.EARLIER_RATE_POST, send="now")
    done = await stage.create_ticket(colleague, cast.EARLIER_PROFILE, send="now")
    verified = await stage.create_ticket(colleague, cast.EARLIER_PROMISE_POST, send="now")
    withdrawn = await stage.create_ticket(colleague, cast.QUOTING_POST, send="now")
    await _comment(stage, cast.SAMUEL, asked)
    await _complete(stage, cast.CHLOE, done)
    await _complete(stage, cast.DANIEL, verified)
    closed = [(verified, {}), (withdrawn, {"resolution": "withdrawn", "reason": "The post quotes somebody else."})]
    for ticket, fields in closed:
        await lead.post(f"/tickets/{ticket['id']}/transitions", {"action": "close", **fields})
    await _count(stage, lead)


async def _comment(stage: Stage, address: str, ticket: Json) -> None:
    guest = await _arrive(stage, address, ticket)
    words = "The 5.1 % is our APR. Is that not clear?"
    await guest.post(f"/portal/tickets/{ticket['id']}/comments", {"body": words})


async def _complete(stage: Stage, address: str, ticket: Json) -> None:
    guest = await _arrive(stage, address, ticket)
    base = f"/portal/tickets/{ticket['id']}"
    for action in ticket["requested_actions"]:
        await guest.patch(f"{base}/requested-actions/{action['id']}", {"is_done": True})
    body = {"action": "complete", "comment": "Done, please have a look."}
    await guest.post(f"{base}/transitions", body)


async def _arrive(stage: Stage, address: str, ticket: Json) -> Caller:
    """Wait for the mail about ``ticket`` and follow its link."""
    mail = await stage.mailbox.next_to(address)
    guest, shown = await open_link(stage.anonymous, ticket_links(mail)[0])
    expect(shown["id"] == ticket["id"], f"The mail to {address} is about another ticket.")
    return guest


async def _count(stage: Stage, staff: Caller) -> None:
    counts = (await staff.get("/tickets/counts"))["by_status"]
    found = {name: count for name, count in counts.items() if count}
    wanted = {"pending_correction": 1, "comment_added": 1, "pending_verification": 1, "closed": 2}
    expect(found == wanted, f"The tickets are {found}, not {wanted}.")
    counted = ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in found.items())
    stage.narrator.done(f"{sum(found.values())} earlier tickets: {counted}")
