"""Four addressees, and whoever made the task: one acts, each of the others is written to once."""

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import update
from tests.application import ClientFor, SignedInClient
from tests.factories.contacts import create_contact
from tests.factories.dispatches import deliver
from tests.factories.tasks import Task, create_task
from tests.factories.tickets import portal_step, step

from ticketdesk.bootstrap import Resources
from ticketdesk.models.tickets import tickets
from ticketdesk.models.users import users

NAMES = ("Anna Berg", "Ben Falk", "Cleo Dahl", "Dora Ek")


def address(name: str) -> str:
    return f"{name.lower().replace(' ', '.')}@brightpath.example"


@pytest.fixture
async def creator(client_for: ClientFor) -> SignedInClient:
    return await client_for("agent", name="Ann Agent", email="ann@desk.example")


async def task_of(resources: Resources, creator: SignedInClient, *people: UUID, **fields: Any) -> Task:
    contacts = people or [await create_contact(resources, name, address(name)) for name in NAMES]
    return await create_task(resources, creator.person_id, dict.fromkeys(contacts), **fields)


async def written(staff: SignedInClient, task: Task, purpose: str) -> list[tuple[str, str]]:
    """Return to whom a message of ``purpose`` about the task went, and in whose name."""
    answer = await staff.get("/api/v1/messages", params={"ticket_id": str(task.id), "purpose": purpose})
    return sorted((one["address"], one["sender"]["name"]) for one in answer.json()["items"])


async def test_one_addressee_closes_and_all_others_are_mailed_once(
    client_for: ClientFor, creator: SignedInClient, resources: Resources
) -> None:
    task = await task_of(resources, creator)
    anna = await client_for.portal(task.contact_ids[0])
    others = ["ann@desk.example", *(address(name) for name in NAMES[1:])]
    for action, purpose, actor, told in (
        ("close", "close", anna, others),
        ("reopen", "reopen", anna, others),
    ):
        assert (await portal_step(actor, str(task.id), action)).is_success
        assert await written(creator, task, purpose) == sorted((one, "Anna Berg") for one in told)
        assert sorted(await deliver(resources)) == sorted(told)
    # Closing what is closed tells nobody again.
    for _ in range(2):
        assert (await portal_step(anna, str(task.id), "close")).is_success
    assert len(await deliver(resources)) == 4


async def test_the_creator_closes_and_every_addressee_is_mailed(creator: SignedInClient, resources: Resources) -> None:
    task = await task_of(resources, creator)
    assert (await step(creator, str(task.id), "close")).is_success
    assert await written(creator, task, "close") == sorted((address(name), "Ann Agent") for name in NAMES)


async def test_a_colleague_who_works_it_is_told_too(
    client_for: ClientFor, creator: SignedInClient, resources: Resources
) -> None:
    colleague = await client_for("agent", email="carl@desk.example")
    task = await task_of(resources, creator, assignee_id=colleague.person_id)
    anna = await client_for.portal(task.contact_ids[0])
    assert (await portal_step(anna, str(task.id), "close")).is_success
    told = {to for to, _ in await written(creator, task, "close")}
    assert told >= {"ann@desk.example", "carl@desk.example"}
    assert len(told) == 5


@pytest.mark.parametrize("is_linked", [True, False])
async def test_a_creator_who_is_an_addressee_as_well_is_one_person(
    client_for: ClientFor, creator: SignedInClient, resources: Resources, is_linked: bool
) -> None:
    anna_id = await create_contact(resources, NAMES[0], address(NAMES[0]))
    own = await create_contact(resources, "Ann Agent", "ann@home.example" if is_linked else "ann@desk.example")
    if is_linked:
        async with resources.engine.begin() as connection:
            linked = update(users).where(users.c.id == creator.person_id)
            await connection.execute(linked.values(contact_id=own))
    task = await task_of(resources, creator, anna_id, own)
    anna = await client_for.portal(anna_id)
    assert (await portal_step(anna, str(task.id), "close")).is_success
    (told,) = await written(creator, task, "close")
    assert told == ("ann@home.example" if is_linked else "ann@desk.example", "Anna Berg")
    # And whoever reopens it is not told as a recipient either.
    assert (await step(creator, str(task.id), "reopen")).is_success
    assert await written(creator, task, "reopen") == [(address(NAMES[0]), "Ann Agent")]


async def test_who_has_left_is_not_told(client_for: ClientFor, creator: SignedInClient, resources: Resources) -> None:
    task = await task_of(resources, creator)
    async with resources.engine.begin() as connection:
        await connection.execute(update(users).where(users.c.id == creator.person_id).values(is_active=False))
    anna = await client_for.portal(task.contact_ids[0])
    assert (await portal_step(anna, str(task.id), "close")).is_success
    staff = await client_for("auditor")
    assert [to for to, _ in await written(staff, task, "close")] == [address(name) for name in NAMES[1:]]


async def test_mail_to_the_desk_opens_nothing_and_says_so_nowhere(
    client_for: ClientFor, creator: SignedInClient, resources: Resources
) -> None:
    task = await task_of(resources, creator)
    anna = await client_for.portal(task.contact_ids[0])
    assert (await portal_step(anna, str(task.id), "close", comment="All is answered.")).is_success
    await deliver(resources)
    assert resources.catcher is not None
    (to_staff,) = resources.catcher.to("ann@desk.example")
    (to_ben,) = resources.catcher.to(address(NAMES[1]))
    assert "All is answered." in to_staff.text
    assert "Anna Berg closed a task." in to_staff.text
    assert "without a password" not in to_staff.text
    assert "without a password" in to_ben.text
    assert not any("#/t/" in link for link in to_staff.links)
    # What staff know says nothing of what reached the addressees.
    async with resources.engine.connect() as connection:
        row = (await connection.execute(tickets.select().where(tickets.c.id == task.id))).one()
    assert row.notifications_sent == 3
