"""Users of every role, contacts, and what the desk keeps about them."""

from typing import Any
from uuid import UUID

from tests.application import ClientFor
from tests.contracts.permission_objects import OUTSIDE, READERS, Who
from tests.factories import catalogue
from tests.factories.contacts import create_account, create_contact
from tests.factories.guests import create_guest
from tests.factories.monitored_items import create_category, put_item
from tests.factories.users import create_team, create_user
from tests.worlds.world import OTHER, OTHER_RECIPIENT, OWN, World, existing

from ticketdesk.bootstrap import Resources
from ticketdesk.domain.permissions import Role
from ticketdesk.repositories.base import new_id

KNOWN_TO_OTHER = READERS | {OTHER_RECIPIENT}
UNREACHABLE = "unreachable contact"
STAFF = (Who.ADMIN, Who.LEAD, Who.AGENT)


async def begin_world(resources: Resources, client_for: ClientFor) -> World:
    """Return a desk with people and no tickets."""
    world = World(resources, client_for, await client_for("agent", name="Colleague"))
    await _add_users(world)
    await _add_contacts(world)
    await _add_objects(world)
    return world


async def _add_users(world: World) -> None:
    for role in set(Role) - {Role.GUEST}:
        fields = {"role": role.value, "name": role.title()}
        fields["email"] = f"{world.plant(f'address of the {role}')}@desk.example"
        if role is Role.AUDITOR:
            fields["name"] = world.plant("name of the auditor")
        who = Who(role.value)
        world.people[who] = await create_user(world.resources, **fields)
        world.own["user", who] = world.own["availability", who] = {"user_id": str(world.people[who])}
    world.staff = {who: await world.client_for.of(world.people[who]) for who in STAFF}
    world.paths["team"] = existing("team_id", await create_team(world.resources, "Compliance", *world.people.values()))
    world.paths["user"] = {
        OWN: {"user_id": str(world.people[Who.AGENT])},
        OTHER: {"user_id": str(world.colleague.person_id)},
        "deactivated": {"user_id": str(await create_user(world.resources, is_active=False))},
        "missing": {"user_id": str(new_id())},
    }
    world.paths["availability"] = world.paths["user"]
    to_upgrade = existing("user_id", await create_user(world.resources, role="guest"))
    world.paths["guest"] = to_upgrade | {"one of the staff": world.paths["user"][OWN]}


async def _add_contacts(world: World) -> None:
    """Add those whom tickets are written to, by link and registered; others with their own, without, without mail."""
    account = await create_account(world.resources, world.plant("name of an account"), crm_id=world.plant("CRM id"))
    kept = {name: world.plant(f"{name} of a contact") for name in ("job_title", "phone", "external_id")}
    anna = await _add_contact(world, Who.RECIPIENT, "Anna Berg", account_id=account, **kept)
    await _add_contact(world, OTHER_RECIPIENT, world.plant("name of another contact", KNOWN_TO_OTHER))
    await _add_contact(world, UNREACHABLE, "Dora Fenn")
    registered = await _add_contact(world, Who.GUEST, "Gil Guest", account_id=account)
    world.people[Who.GUEST] = await create_guest(world.resources, registered, name="Gil Guest")
    world.own["user", Who.GUEST] = {"user_id": str(world.people[Who.GUEST])}
    world.people[Who.RECIPIENT] = anna
    world.people[Who.STRANGER] = await create_contact(world.resources, "Carl Stranger", account_id=account)
    gone = await create_contact(world.resources, is_active=False)
    world.paths["account"] = existing("account_id", account)
    world.paths["contact"] = existing("contact_id", anna) | {"deactivated": {"contact_id": str(gone)}}


async def _add_contact(world: World, reader: str, name: str, **fields: Any) -> UUID:
    address = f"{world.plant(f'address of the {reader}', READERS | {reader})}@brightpath.example"
    world.recipients[reader] = {"name": name, "email": address}
    world.readers[address] = reader
    world.contacts[reader] = await create_contact(world.resources, name, address, **fields)
    return world.contacts[reader]


async def _add_objects(world: World) -> None:
    admin = world.staff[Who.ADMIN]
    category = await create_category(admin, "12 CFR 1026.24")
    described = {"description": world.plant("description of a category")}
    assert (await admin.patch(f"/api/v1/violation-categories/{category}", json=described)).is_success
    contact = world.recipients[Who.RECIPIENT]
    item = await put_item(admin, contact=contact, source=world.plant("source of an item"))
    world.paths["violation category"] = existing("category_id", category)
    product = await catalogue.create_product(admin, world.plant("name of a product", READERS | OUTSIDE))
    world.paths["product"] = existing("product_id", product)
    routed = await catalogue.create_category(admin, world.plant("name of a routing category", READERS | OUTSIDE))
    world.paths["category"] = existing("category_id", routed)
    title = world.plant("title of a template")
    template = await catalogue.create_template(admin, category_id=routed, title=title, is_for_sign_up=True)
    world.paths["ticket template"] = existing("template_id", template)
    world.paths["monitored item"] = existing("item_id", item["id"])
    world.paths["section"] = {"existing": {"section": "mail"}}
    blind_copy = f"{world.plant('address for blind copies')}@desk.example"
    # It is the desk's own, read by those who may read everything.
    world.readers[blind_copy] = Who.AUDITOR
    assert (await admin.patch("/api/v1/settings/mail", json={"bcc_address": blind_copy})).is_success
