"""Take contacts over from a file: every good row, whatever the others are like."""

import asyncio
from collections import Counter
from collections.abc import Mapping
from uuid import UUID

from pydantic import ValidationError

from ticketdesk.domain.contact_files import FileRow, read
from ticketdesk.domain.contact_imports import ImportOutcome, Planned, Row, plan
from ticketdesk.domain.errors import FieldError
from ticketdesk.repositories.unit_of_work import UnitOfWork
from ticketdesk.schemas.base import ProblemError
from ticketdesk.schemas.contact_imports import ContactImport, ContactImportRow, ContactRow
from ticketdesk.services import contact_conflicts

# A try fails when somebody takes an address of the file while it is being written; the next one sees that.
TRIES = 5


async def import_contacts(uow: UnitOfWork, content: bytes, *, is_dry_run: bool) -> ContactImport:
    """Create and update the contacts of a CSV file, and say of each row what became of it.

    A dry run says the same and writes nothing. Raises ``InvalidInput`` for a file that cannot be read (see
    ``domain/contact_files.py``), ``Conflict`` when others kept taking its addresses.
    """
    # Thousands of rows take a moment to judge; other requests go on meanwhile.
    good, failed = await asyncio.to_thread(_judge, content)
    await uow.contact_imports.lock()
    for _ in range(TRIES):
        external_ids = [row.external_id for row in good if row.external_id]
        people = await uow.contact_imports.people(external_ids, [row.email for row in good if row.email])
        accounts = await uow.contact_imports.accounts()
        planned = plan(good, people, accounts.ambiguous)
        ids = {} if is_dry_run else await uow.contact_imports.write(planned, accounts, uow.now())
        if ids is not None:
            return _report([*planned, *failed], ids, is_dry_run=is_dry_run)
    raise contact_conflicts.contended()


def _judge(content: bytes) -> tuple[list[Row], list[Planned]]:
    good: list[Row] = []
    failed: list[Planned] = []
    for found in read(content):
        row = _row(found)
        if isinstance(row, Row):
            good.append(row)
        else:
            failed.append(row)
    return good, failed


def _row(found: FileRow) -> Row | Planned:
    if found.surplus:
        error = FieldError("", "surplus_cells", "The row has more cells than the header.")
        return Planned(found.number, ImportOutcome.FAILED, errors=(error,))
    try:
        cells = ContactRow.model_validate(found.cells)
    except ValidationError as refused:
        errors = (FieldError(f"/{e['loc'][0]}", e["type"], _detail(e["type"], e["msg"])) for e in refused.errors())
        return Planned(found.number, ImportOutcome.FAILED, errors=tuple(errors))
    return Row(found.number, **dict(cells))


def _detail(code: str, message: str) -> str:
    # What is said of an address that is none may quote it.
    return "This is not an e-mail address." if code == "value_error" else message


def _report(planned: list[Planned], ids: Mapping[int, UUID], *, is_dry_run: bool) -> ContactImport:
    counts = Counter(row.outcome for row in planned)
    in_order = sorted(planned, key=lambda row: row.number)
    return ContactImport.model_construct(
        dry_run=is_dry_run,
        rows=[_reported(row, ids) for row in in_order],
        created=counts[ImportOutcome.CREATED],
        updated=counts[ImportOutcome.UPDATED],
        unchanged=counts[ImportOutcome.UNCHANGED],
        failed=counts[ImportOutcome.FAILED],
    )


def _reported(row: Planned, ids: Mapping[int, UUID]) -> ContactImportRow:
    known_id = row.person.id if row.person else None
    return ContactImportRow.model_construct(
        row=row.number,
        outcome=row.outcome,
        contact_id=ids.get(row.number, known_id),
        errors=[
            ProblemError.model_construct(pointer=error.pointer, code=error.code, detail=error.detail)
            for error in row.errors
        ],
    )
