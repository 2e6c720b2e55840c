"""Why a contact cannot be written: what of it is repeated, unknown, or somebody else's."""

from collections.abc import Sequence
from uuid import UUID

from ticketdesk.domain.addresses import normalise
from ticketdesk.domain.errors import Conflict, FieldError, InvalidInput
from ticketdesk.repositories.contacts import ContactRecord
from ticketdesk.repositories.unit_of_work import UnitOfWork
from ticketdesk.services import accounts


async def check(uow: UnitOfWork, record: ContactRecord) -> None:
    """Raise ``InvalidInput`` for an unknown account or an address that is in the list twice."""
    await accounts.require(uow, record.account_id)
    keys = [normalise(address) for address in record.addresses]
    repeated = [index for index, key in enumerate(keys) if key in keys[:index]]
    if repeated:
        raise InvalidInput(*_at_addresses(repeated, "address_repeated", "This address is in the list already."))


async def taken(uow: UnitOfWork, record: ContactRecord, contact_id: UUID | None) -> InvalidInput | Conflict:
    """Return what to raise for a record that met something of somebody else; ``contact_id`` is whose it is, if known.

    ``Conflict`` when nothing of it is taken any more: the other transaction has let go of it in the meantime.
    """
    owners = await uow.contacts.owners(record.addresses)
    others = [
        index
        for index, address in enumerate(record.addresses)
        if owners.get(normalise(address), contact_id) != contact_id
    ]
    errors = _at_addresses(others, "address_taken", "This address belongs to another contact.")
    namesake = await uow.contacts.find_by_external_id(record.external_id) if record.external_id else None
    if namesake is not None and namesake.id != contact_id:
        errors.append(FieldError("/external_id", "external_id_taken", "Another contact has this external id."))
    return InvalidInput(*errors) if errors else contended()


def contended() -> Conflict:
    """Return what to raise when others kept changing the same person."""
    return Conflict("Somebody else was changing the same person just now. Try again.", code="contact_contended")


def _at_addresses(indexes: Sequence[int], code: str, detail: str) -> list[FieldError]:
    return [FieldError(f"/addresses/{index}", code, detail) for index in indexes]
