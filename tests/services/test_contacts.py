"""How a name and an address in a request become a person: one only, however many requests name them at once."""

import asyncio
from dataclasses import dataclass
from uuid import UUID, uuid4

import pytest
from tests.factories import contacts as factory

from ticketdesk.bootstrap import Resources
from ticketdesk.domain.actors import SYSTEM
from ticketdesk.domain.errors import InvalidInput
from ticketdesk.services import contacts
from ticketdesk.services.contacts import ContactRef


@dataclass
class Recipient:
    name: str
    email: str


async def resolve(
    resources: Resources, contact_id: UUID | None = None, recipient: Recipient | None = None
) -> ContactRef:
    async with resources.unit_of_work() as uow:
        return await contacts.resolve(uow, SYSTEM, contact_id=contact_id, recipient=recipient)


async def refusal(
    resources: Resources, contact_id: UUID | None = None, recipient: Recipient | None = None
) -> tuple[str, str]:
    with pytest.raises(InvalidInput) as refused:
        await resolve(resources, contact_id, recipient)
    (error,) = refused.value.errors
    return error.pointer, error.code


async def identify(
    resources: Resources, name: str, email: str | None = None, external_id: str | None = None
) -> ContactRef:
    async with resources.unit_of_work() as uow:
        return await contacts.identify(uow, SYSTEM, name, email, external_id)


async def read(resources: Resources, contact_id: UUID) -> tuple[str, list[str], str | None]:
    async with resources.unit_of_work() as uow:
        found = await contacts.get(uow, SYSTEM, contact_id)
    return found.name, found.addresses, found.external_id


async def test_a_known_contact_comes_with_their_primary_address(resources: Resources) -> None:
    account_id = await factory.create_account(resources)
    contact_id = await factory.create_contact(resources, "Anna", "a@x.example", "b@x.example", account_id=account_id)
    assert await resolve(resources, contact_id) == ContactRef(contact_id, "Anna", "a@x.example", account_id)


async def test_an_address_of_the_contact_is_the_one_used(resources: Resources) -> None:
    contact_id = await factory.create_contact(resources, "Anna", "a@x.example", "b@x.example")
    found = await resolve(resources, contact_id, Recipient("Whoever", "B@X.example"))
    assert found == ContactRef(contact_id, "Anna", "b@x.example")


async def test_a_known_address_is_that_person_whatever_the_name(resources: Resources) -> None:
    contact_id = await factory.create_contact(resources, "Anna", "a@x.example", "b@x.example")
    found = await resolve(resources, recipient=Recipient("A. Berg", "B@x.EXAMPLE"))
    assert found == ContactRef(contact_id, "Anna", "b@x.example")


async def test_an_unknown_address_makes_a_contact(resources: Resources) -> None:
    found = await resolve(resources, recipient=Recipient("Anna", "a@x.example"))
    assert await read(resources, found.id) == ("Anna", ["a@x.example"], None)
    assert await resolve(resources, found.id) == found


async def test_an_address_is_saved_to_a_contact_that_has_none(resources: Resources) -> None:
    contact_id = await factory.create_contact_without_address(resources, "Ada", phone="1", external_id="7")
    assert await resolve(resources, contact_id) == ContactRef(contact_id, "Ada", None)
    found = await resolve(resources, contact_id, Recipient("Ada", "ada@x.example"))
    assert found == ContactRef(contact_id, "Ada", "ada@x.example")
    assert await read(resources, contact_id) == ("Ada", ["ada@x.example"], "7")


async def test_what_fits_nobody_is_refused(resources: Resources) -> None:
    anna = await factory.create_contact(resources, "Anna", "a@x.example")
    ada = await factory.create_contact_without_address(resources)
    assert await refusal(resources) == ("/contact_id", "recipient_required")
    assert await refusal(resources, uuid4()) == ("/contact_id", "unknown_reference")
    assert await refusal(resources, anna, Recipient("Anna", "new@x.example")) == (
        "/recipient/email",
        "address_mismatch",
    )
    assert await refusal(resources, ada, Recipient("Ada", "A@x.example")) == ("/recipient/email", "address_taken")
    assert (await read(resources, ada))[1] == []


async def test_nobody_inactive_is_asked_for_anything(resources: Resources) -> None:
    gone = await factory.create_contact(resources, "Gus", "g@x.example", is_active=False)
    assert await refusal(resources, gone) == ("/contact_id", "contact_inactive")
    assert await refusal(resources, None, Recipient("Gus", "G@x.example")) == ("/recipient/email", "contact_inactive")
    assert (await identify(resources, "Gus", "g@x.example")).id == gone


async def test_many_requests_that_name_a_new_person_make_one_contact(resources: Resources) -> None:
    found = await asyncio.gather(
        *(resolve(resources, recipient=Recipient(f"N{n}", "new@x.example")) for n in range(12))
    )
    assert len({one.id for one in found}) == 1
    assert {one.address for one in found} == {"new@x.example"}


async def test_of_many_addresses_for_a_contact_without_one_the_first_is_saved(resources: Resources) -> None:
    ada = await factory.create_contact_without_address(resources)
    tries = (resolve(resources, ada, Recipient("Ada", f"ada{n}@x.example")) for n in range(5))
    outcomes = await asyncio.gather(*tries, return_exceptions=True)
    won = [one for one in outcomes if isinstance(one, ContactRef)]
    assert len(won) == 1
    assert all(isinstance(one, ContactRef | InvalidInput) for one in outcomes)
    assert (await read(resources, ada))[1] == [won[0].address]


async def test_an_external_id_identifies_before_an_address(resources: Resources) -> None:
    anna = await factory.create_contact(resources, "Anna", "a@x.example", external_id="7")
    await factory.create_contact(resources, "Bo", "b@x.example")
    assert (await identify(resources, "?", "b@x.example", "7")).id == anna
    assert (await read(resources, anna))[1] == ["a@x.example"]


async def test_what_a_known_person_lacks_is_added(resources: Resources) -> None:
    ada = await factory.create_contact_without_address(resources, "Ada", external_id="7")
    assert await identify(resources, "?", "ada@x.example", "7") == ContactRef(ada, "Ada", "ada@x.example")
    bo = await factory.create_contact(resources, "Bo", "b@x.example")
    assert (await identify(resources, "?", "b@x.example", "8")).id == bo
    assert await read(resources, bo) == ("Bo", ["b@x.example"], "8")


async def test_what_a_known_person_lacks_is_not_taken_from_others(resources: Resources) -> None:
    ada = await factory.create_contact_without_address(resources, "Ada", external_id="7")
    await factory.create_contact(resources, "Bo", "b@x.example")
    assert await identify(resources, "?", "b@x.example", "7") == ContactRef(ada, "Ada", None)


async def test_many_reports_of_a_new_person_make_one_contact(resources: Resources) -> None:
    by_id = (identify(resources, f"N{n}", f"n{n % 2}@x.example", "7") for n in range(10))
    assert len({one.id for one in await asyncio.gather(*by_id)}) == 1
