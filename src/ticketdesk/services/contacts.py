"""The people that tickets are about or written to, and how a name in a request becomes one of them."""

from dataclasses import dataclass, replace
from typing import Any, Protocol
from uuid import UUID

from ticketdesk.domain import versions
from ticketdesk.domain.actors import Actor
from ticketdesk.domain.addresses import is_same
from ticketdesk.domain.errors import InvalidInput, NotFound
from ticketdesk.domain.paging import Page, PageRequest
from ticketdesk.domain.versions import Expected
from ticketdesk.repositories.contacts import ContactRecord
from ticketdesk.repositories.unit_of_work import UnitOfWork
from ticketdesk.schemas.contacts import Contact, ContactCreate, ContactPatch, ContactQuery
from ticketdesk.services import contact_conflicts

# Each further try finds what another transaction has committed meanwhile; more than one is hardly ever needed.
TRIES = 3


class Person(Protocol):
    """Somebody as a request names them."""

    @property
    def name(self) -> str:
        """Used if they turn out to be new."""
        ...

    @property
    def email(self) -> str:
        """Their address, however it is spelt."""
        ...


@dataclass(frozen=True, slots=True)
class ContactRef:
    """A known person with the address to write to, ``None`` where none is known."""

    id: UUID
    name: str
    address: str | None
    account_id: UUID | None = None
    is_active: bool = True


async def get(uow: UnitOfWork, actor: Actor, contact_id: UUID) -> Contact:
    """Return the contact; raises ``NotFound``."""
    contact = await uow.contacts.find(contact_id, actor)
    if contact is None:
        raise NotFound("Contact")
    return contact


async def search(uow: UnitOfWork, actor: Actor, query: ContactQuery, request: PageRequest) -> Page[Contact]:
    """Return a page of contacts."""
    return await uow.contacts.search(query, request, actor)


async def create(uow: UnitOfWork, actor: Actor, data: ContactCreate) -> Contact:
    """Return the new contact.

    Raises ``InvalidInput``: ``address_taken``, ``address_repeated``, ``external_id_taken``, ``unknown_reference``.
    """
    record = ContactRecord(**{name: getattr(data, name) for name in ContactCreate.model_fields})
    await contact_conflicts.check(uow, record)
    contact_id = await uow.contacts.add(record, uow.now())
    if contact_id is None:
        raise await contact_conflicts.taken(uow, record, None)
    return await get(uow, actor, contact_id)


async def update(
    uow: UnitOfWork, actor: Actor, contact_id: UUID, patch: ContactPatch, expected: Expected = None
) -> Contact:
    """Return the contact after ``patch``.

    Raises ``NotFound``, ``StaleVersion`` unless ``expected`` has the version, and ``InvalidInput`` as ``create`` does.
    """
    contact = await uow.contacts.lock(contact_id, actor)
    if contact is None:
        raise NotFound("Contact")
    versions.require(contact.version, expected)
    before = _record(contact)
    after = replace(before, **patch.given())
    if after == before:
        return contact
    await contact_conflicts.check(uow, after)
    if not await uow.contacts.save(contact_id, after, uow.now()):
        raise await contact_conflicts.taken(uow, after, contact_id)
    return await get(uow, actor, contact_id)


async def resolve(
    uow: UnitOfWork, actor: Actor, *, contact_id: UUID | None = None, recipient: Person | None = None
) -> ContactRef:
    """Return the person that a request means, with the address to write to.

    A known address is that person, whatever the name; an unknown one makes a new contact, one only however many
    requests name it at once. With ``contact_id`` the recipient's address must be one of that contact's, or becomes
    theirs if they have none. Raises ``InvalidInput``: ``recipient_required``, ``unknown_reference``,
    ``address_taken``, ``address_mismatch``, ``contact_inactive``.
    """
    if contact_id is not None:
        found = await _named(uow, actor, contact_id, recipient)
    elif recipient is not None:
        found = await identify(uow, actor, recipient.name, recipient.email)
    else:
        raise InvalidInput.at("/contact_id", "recipient_required", "Say whom this is for.")
    if not found.is_active:
        # Their links open nothing, so a mail would ask for what they cannot do.
        pointer = "/recipient/email" if contact_id is None else "/contact_id"
        raise InvalidInput.at(pointer, "contact_inactive", "This contact is inactive.")
    return found


async def require(uow: UnitOfWork, actor: Actor, contact_id: UUID) -> Contact:
    """Return the contact that a body names; raises ``InvalidInput`` (``unknown_reference``)."""
    contact = await uow.contacts.find(contact_id, actor)
    if contact is None:
        raise InvalidInput.at("/contact_id", "unknown_reference", "No such contact.")
    return contact


async def identify(
    uow: UnitOfWork, actor: Actor, name: str, email: str | None = None, external_id: str | None = None
) -> ContactRef:
    """Return the person with this external id, else with this address, else a new contact; at least one is needed.

    What is already known of a person stays; what they lack is added, unless it is somebody else's.
    """
    for _ in range(TRIES):
        known = await _find(uow, email, external_id)
        if known is not None:
            return await _completed(uow, actor, known, email, external_id)
        record = ContactRecord(name, [email] if email else [], external_id=external_id)
        contact_id = await uow.contacts.add(record, uow.now())
        if contact_id is not None:
            return ContactRef(contact_id, name, email)
    raise contact_conflicts.contended()


async def _named(uow: UnitOfWork, actor: Actor, contact_id: UUID, recipient: Person | None) -> ContactRef:
    contact = await require(uow, actor, contact_id)
    if recipient is None:
        return _reference(contact)
    if not contact.addresses:
        contact = await _add_first_address(uow, actor, contact, recipient.email)
    return _at(contact, recipient.email)


async def _find(uow: UnitOfWork, email: str | None, external_id: str | None) -> Contact | None:
    found = await uow.contacts.find_by_external_id(external_id) if external_id else None
    return found or (await uow.contacts.find_by_address(email) if email else None)


async def _completed(
    uow: UnitOfWork, actor: Actor, known: Contact, email: str | None, external_id: str | None
) -> ContactRef:
    if _with(known, email, external_id) != _record(known):
        known = await uow.contacts.lock(known.id, actor) or known
        if await uow.contacts.save(known.id, _with(known, email, external_id), uow.now()):
            known = await get(uow, actor, known.id)
    used = next((address for address in known.addresses if email and is_same(address, email)), known.email)
    return replace(_reference(known), address=used)


def _with(known: Contact, email: str | None, external_id: str | None) -> ContactRecord:
    record = _record(known)
    addresses = known.addresses or ([email] if email else [])
    return replace(record, addresses=addresses, external_id=record.external_id or external_id)


async def _add_first_address(uow: UnitOfWork, actor: Actor, contact: Contact, address: str) -> Contact:
    contact = await uow.contacts.lock(contact.id, actor) or contact
    if contact.addresses:
        return contact
    if not await uow.contacts.save(contact.id, replace(_record(contact), addresses=[address]), uow.now()):
        raise InvalidInput.at("/recipient/email", "address_taken", "This address belongs to another contact.")
    return await get(uow, actor, contact.id)


def _at(contact: Contact, email: str) -> ContactRef:
    used = next((address for address in contact.addresses if is_same(address, email)), None)
    if used is None:
        detail = "This contact has other addresses. Add this one to the contact first, or leave it out."
        raise InvalidInput.at("/recipient/email", "address_mismatch", detail)
    return replace(_reference(contact), address=used)


def _reference(contact: Contact) -> ContactRef:
    account_id = contact.account.id if contact.account else None
    return ContactRef(contact.id, contact.name, contact.email, account_id, contact.is_active)


def _record(contact: Contact) -> ContactRecord:
    fields: dict[str, Any] = {name: getattr(contact, name) for name in ("name", "addresses", "job_title", "phone")}
    account_id = contact.account.id if contact.account else None
    return ContactRecord(**fields, external_id=contact.external_id, account_id=account_id, is_active=contact.is_active)
