"""Documents from files: what the desk has under the file's external id becomes what the file says, or nothing does."""

from typing import Any

from ticketdesk.domain.actors import Actor
from ticketdesk.domain.documents import require_not_archived
from ticketdesk.domain.errors import InvalidInput
from ticketdesk.repositories.documents import DocumentRecord
from ticketdesk.repositories.unit_of_work import UnitOfWork
from ticketdesk.schemas.document_files import DocumentFile
from ticketdesk.schemas.documents import Document
from ticketdesk.services import document_files, document_merges, documents


async def import_document(uow: UnitOfWork, actor: Actor, file: DocumentFile) -> Document:
    """Return the document as it is then.

    Sections and questions are matched by their codes, and what the file does not have is taken out of the document.
    Raises ``InvalidInput`` with everything that is wrong, each by its JSON pointer, ``Conflict``
    (``document_archived``) for one that is read-only.
    """
    document_files.require_sound(file)
    record = await uow.documents.lock_external(file.external_id) if file.external_id is not None else None
    if record is not None:
        return await _update(uow, actor, record, file)
    document_id = await uow.documents.add(_head(file), actor.user_id, uow.now())
    if document_id is None:
        # Somebody imported it while this one waited; the next try finds theirs.
        raise documents.external_id_taken()
    new = await documents.get(uow, document_id)
    await document_merges.merge(uow, actor, new, document_files.with_codes(file))
    return await documents.get(uow, document_id)


async def _update(uow: UnitOfWork, actor: Actor, record: DocumentRecord, file: DocumentFile) -> Document:
    require_not_archived(is_archived=record.is_archived)
    if record.module is not file.module:
        detail = "The document with this external id is of another module."
        raise InvalidInput.at("/module", "module_fixed", detail)
    document_files.require_codes(file)
    before = await documents.get(uow, record.id)
    head = {name: value for name, value in _head(file).items() if value != getattr(before, name)}
    if head:
        await documents.save(uow, record.id, head)
    is_changed = await document_merges.merge(uow, actor, before, file)
    return await documents.end(uow, record.id) if head or is_changed else before


def _head(file: DocumentFile) -> dict[str, Any]:
    return file.model_dump(include={"module", "title", "description", "external_id"})
