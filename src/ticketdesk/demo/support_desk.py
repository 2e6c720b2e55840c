"""How the support desk is set up: what clients may ask for, who works it, and who looks at it afterwards."""

from dataclasses import dataclass
from datetime import time

from ticketdesk.demo import cast
from ticketdesk.demo.callers import Caller, expect
from ticketdesk.demo.cast import Person
from ticketdesk.demo.narration import quoted
from ticketdesk.demo.stages import Stage

DAYS_AGO = 1
HALF_PAST_TEN = time(10, 30)
WEBSITE, BILLING = "Website edit", "Billing question"
PRODUCTS = ("Agent website", "Rate flyer")
# How many open tickets each may have at most, those of the compliance desk included: Felix is new.
CAPACITIES = {cast.COLLEAGUE: 9, cast.WORKER: 1, cast.ABSENTEE: 9}


@dataclass(frozen=True, slots=True)
class SupportDesk:
    """Ids of what the day goes by: staff by person, categories and products by name, clients by address."""

    staff: dict[Person, str]
    categories: dict[str, str]
    products: dict[str, str]
    contacts: dict[str, str]


async def set_up(stage: Stage) -> SupportDesk:
    """Go to the last business day that is over, and let the admin make a support desk in its morning."""
    stage.clock.set_back(DAYS_AGO, HALF_PAST_TEN)
    stage.narrator.chapter("A day at the support desk", stage.clock.today())
    admin = await stage.sign_in(cast.ADMIN)
    await _rename(stage, admin)
    staff = await _hire(stage, admin)
    teams = await _form_teams(stage, admin, staff)
    categories, products = await _list_services(stage, admin, teams)
    return SupportDesk(staff, categories, products, await _add_clients(stage, admin))


async def _rename(stage: Stage, admin: Caller) -> None:
    branding = await admin.patch("/settings/branding", {"desk_name": cast.COMPANY})
    await admin.patch("/settings/mail", {"subject_prefix": f"[{cast.COMPANY}]", "sender_name": cast.COMPANY})
    stage.narrator.done(f"The desk answers clients too: to them it is called {branding['desk_name']}")


async def _hire(stage: Stage, admin: Caller) -> dict[Person, str]:
    for person in cast.SUPPORT_STAFF:
        fields = {"email": person.email, "name": person.name, "role": person.role, "password": cast.PASSWORD}
        await admin.post("/users", fields)
    found = {user["email"]: user["id"] for user in (await admin.get("/users"))["items"]}
    staff = {person: found[person.email] for person in cast.EVERYBODY}
    for person, capacity in CAPACITIES.items():
        await admin.patch(f"/users/{staff[person]}", {"capacity": capacity})
    told = ", ".join(f"{person.first_name} {capacity}" for person, capacity in CAPACITIES.items())
    stage.narrator.done(f"{cast.ADMIN.first_name} says how many tickets somebody has open at most: {told}")
    return staff


async def _form_teams(stage: Stage, admin: Caller, staff: dict[Person, str]) -> dict[str, str]:
    members = {"Production": tuple(CAPACITIES), "Management": (cast.LEAD,)}
    teams = {}
    for name, people in members.items():
        teams[name] = (await admin.post("/teams", {"name": name}))["id"]
        await admin.put(f"/teams/{teams[name]}/members", {"user_ids": [staff[person] for person in people]})
    checks = await admin.patch("/settings/checks", {"management_team_id": teams["Management"]})
    expect(checks["end_of_day_guard"], "Nobody guards the end of the day.")
    until = f"by {checks['end_of_day']} on business days"
    stage.narrator.done(f"{len(CAPACITIES)} people are Production; Management, that is Lena, checks, {until}")
    return teams


async def _list_services(stage: Stage, admin: Caller, teams: dict[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    rules = (
        {"name": WEBSITE, "team_id": teams["Production"], "assignment_mode": "least_loaded", "requires_check": True},
        {"name": BILLING, "assignment_mode": "manual"},
    )
    categories = {rule["name"]: (await admin.post("/categories", rule))["id"] for rule in rules}
    products = {name: (await admin.post("/products", {"name": name}))["id"] for name in PRODUCTS}
    told = f"{quoted(WEBSITE)}, to who has fewest, checked; {quoted(BILLING)}, by a lead"
    stage.narrator.done(f"{len(products)} products, {len(categories)} categories: {told}")
    return {str(name): one for name, one in categories.items()}, products


async def _add_clients(stage: Stage, admin: Caller) -> dict[str, str]:
    account = await admin.post("/accounts", {"name": cast.ACCOUNT})
    contacts = {}
    for name, address in cast.CLIENTS:
        person = {"name": name, "addresses": [address], "account_id": account["id"]}
        contacts[address] = (await admin.post("/contacts", person))["id"]
    names = " and ".join(name for name, _ in cast.CLIENTS)
    stage.narrator.done(f"{names} are clients, both of {cast.ACCOUNT}")
    return contacts
