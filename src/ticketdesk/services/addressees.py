"""How the people that a task names become contacts to write to (spec: product.md section 6).

A typed address of a known person is that person, and a user without a contact gets one. Whoever is linked or made comes
in the order of ids and addresses, so that two requests for the same people never wait for each other in a circle.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from ticketdesk.domain import tasks
from ticketdesk.domain.actors import Actor
from ticketdesk.domain.addresses import is_same, normalise
from ticketdesk.domain.errors import FieldError, InvalidInput
from ticketdesk.domain.tasks import Addressee
from ticketdesk.repositories.contacts import ContactRecord
from ticketdesk.repositories.task_recipients import KnownContact, KnownUser
from ticketdesk.repositories.unit_of_work import UnitOfWork
from ticketdesk.schemas.tasks import AddresseeInput
from ticketdesk.services import contact_conflicts, contacts


@dataclass(frozen=True, slots=True)
class _Named:
    """Somebody as the body names them, and the pointer to what names them."""

    input: AddresseeInput
    pointer: str

    @property
    def key(self) -> str:
        """The key of the address that was typed."""
        return normalise(self.input.email or "")

    @property
    def way(self) -> str:
        """The pointer to the member that says who it is."""
        way = "user_id" if self.input.user_id else "contact_id" if self.input.contact_id else "email"
        return f"{self.pointer}/{way}"


@dataclass(frozen=True, slots=True)
class _Directory:
    """Whom the desk knows of those who are named; users by id and address, contacts by id, address and user."""

    users: dict[UUID, KnownUser]
    users_by_key: dict[str, KnownUser]
    contacts: dict[UUID, KnownContact]
    contacts_by_key: dict[str, KnownContact]
    contacts_by_user: dict[UUID, KnownContact]

    def user_of(self, named: _Named) -> KnownUser | None:
        """Return the user who is meant; an address that a contact has means the contact."""
        if named.input.user_id:
            return self.users.get(named.input.user_id)
        return None if named.key in self.contacts_by_key else self.users_by_key.get(named.key)

    def contact_of(self, named: _Named) -> KnownContact | None:
        """Return the contact who is meant, ``None`` while there is none."""
        if named.input.contact_id:
            return self.contacts.get(named.input.contact_id)
        user = self.user_of(named)
        return self.contacts_by_user.get(user.id) if user else self.contacts_by_key.get(named.key)


async def resolve(
    uow: UnitOfWork, actor: Actor, people: Sequence[AddresseeInput], pointers: Sequence[str]
) -> list[Addressee]:
    """Return the people that are meant, each once, in the order in which they are named.

    ``pointers`` lead to them in the body. Raises ``InvalidInput``: ``one_addressee``, ``unknown_reference``,
    ``user_inactive``, ``contact_inactive``, ``recipient_required`` for a contact without an address; and ``Conflict``
    (``contact_contended``).
    """
    named = [_Named(person, pointer) for person, pointer in zip(people, pointers, strict=True)]
    _refuse(_ambiguous(each) for each in named)
    directory = await _look_up(uow, actor, named)
    _refuse(_refusal(directory, each) for each in named)
    await _link_users(uow, actor, directory, named)
    await _add_strangers(uow, actor, directory, named)
    return tasks.merge(_addressee(directory, each) for each in named)


def _refuse(errors: Iterable[FieldError | None]) -> None:
    found = [error for error in errors if error]
    if found:
        raise InvalidInput(*found)


def _ambiguous(named: _Named) -> FieldError | None:
    ways = (named.input.user_id, named.input.contact_id, named.input.email)
    if sum(way is not None for way in ways) == 1:
        return None
    detail = "Name each by a user_id, a contact_id or an email, and by one of them alone."
    return FieldError(named.pointer, "one_addressee", detail)


async def _look_up(uow: UnitOfWork, actor: Actor, named: Sequence[_Named]) -> _Directory:
    keys = {each.key for each in named if each.input.email}
    users = await uow.task_recipients.users([each.input.user_id for each in named if each.input.user_id], keys)
    ids = {each.input.contact_id for each in named} | {user.contact_id for user in users}
    found = await uow.task_recipients.contacts(actor, [one for one in ids if one], keys)
    by_id = {contact.id: contact for contact in found}
    return _Directory(
        {user.id: user for user in users},
        {normalise(user.email): user for user in users},
        by_id,
        {normalise(address): contact for contact in found for address in contact.addresses},
        {user.id: by_id[user.contact_id] for user in users if user.contact_id in by_id},
    )


def _refusal(directory: _Directory, named: _Named) -> FieldError | None:
    """Return why somebody cannot be written to, ``None`` if they can or are new."""
    user, contact = directory.user_of(named), directory.contact_of(named)
    if named.input.user_id and user is None:
        return FieldError(named.way, "unknown_reference", "No such user.")
    if user is not None and not user.is_active:
        return FieldError(named.way, "user_inactive", "This user is deactivated.")
    if named.input.contact_id and contact is None:
        return FieldError(named.way, "unknown_reference", "No such contact.")
    if contact is not None and not contact.is_active:
        return _inactive(named)
    if contact is not None and named.input.contact_id and not contact.addresses:
        return FieldError(named.way, "recipient_required", "No address of this contact is known.")
    return None


def _inactive(named: _Named) -> FieldError:
    # Their links open nothing, so a mail would ask for what they cannot do.
    return FieldError(named.way, "contact_inactive", "This contact is inactive.")


async def _link_users(uow: UnitOfWork, actor: Actor, directory: _Directory, named: Sequence[_Named]) -> None:
    """Give each user who has no contact theirs."""
    users = {user.id: each for each in named if (user := directory.user_of(each))}
    for user_id in sorted(users.keys() - directory.contacts_by_user.keys()):
        contact = await _link(uow, actor, directory.users[user_id])
        if not contact.is_active:
            raise InvalidInput(_inactive(users[user_id]))
        directory.contacts_by_user[user_id] = contact


async def _link(uow: UnitOfWork, actor: Actor, user: KnownUser) -> KnownContact:
    # Others who name the same user wait here, and find the contact then.
    await uow.users.lock(user.id)
    (present,) = await uow.task_recipients.users([user.id])
    (contact,) = await uow.task_recipients.contacts(actor, [present.contact_id or await _made_contact(uow, user)])
    return contact


async def _made_contact(uow: UnitOfWork, user: KnownUser) -> UUID:
    for _ in range(contacts.TRIES):
        contact_id = await _contact_for(uow, user)
        if contact_id and await uow.users.change(user.id, {"contact_id": contact_id}, uow.now()):
            return contact_id
    raise contact_conflicts.contended()


async def _contact_for(uow: UnitOfWork, user: KnownUser) -> UUID | None:
    """Return the contact with a user's address unless it is another user's, else a new one; ``None``: look again."""
    known = await uow.contacts.find_by_address(user.email)
    if known is None:
        return await uow.contacts.add(ContactRecord(user.name, [user.email]), uow.now())
    if await uow.task_recipients.has_user(known.id):
        return await uow.contacts.add(ContactRecord(user.name), uow.now())
    return known.id


async def _add_strangers(uow: UnitOfWork, actor: Actor, directory: _Directory, named: Sequence[_Named]) -> None:
    """Make whoever has an unknown address a contact, one only however many requests name it at once."""
    strangers: dict[str, _Named] = {}
    for each in named:
        if directory.contact_of(each) is None:
            strangers.setdefault(each.key, each)
    for key, each in sorted(strangers.items(), key=lambda pair: pair[0]):
        email = each.input.email or ""
        found = await contacts.identify(uow, actor, each.input.name or email.partition("@")[0], email)
        if not found.is_active:
            raise InvalidInput(_inactive(each))
        directory.contacts_by_key[key] = KnownContact(found.id, found.name, found.is_active, [found.address or email])


def _addressee(directory: _Directory, named: _Named) -> Addressee:
    contact, user = directory.contact_of(named), directory.user_of(named)
    assert contact is not None  # noqa: S101 - whoever was unknown is one by now
    wanted = named.input.email or (user.email if user else contact.addresses[0])
    address = next((known for known in contact.addresses if is_same(known, wanted)), wanted)
    part = None if named.input.questionnaire_ids is None else tuple(dict.fromkeys(named.input.questionnaire_ids))
    return Addressee(contact.id, contact.name, address, normalise(address), part)
