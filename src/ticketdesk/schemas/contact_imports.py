"""The import of contacts from a file: its rows as they are judged, and what became of each."""

from uuid import UUID

from pydantic import Field

from ticketdesk.domain.contact_imports import ImportOutcome
from ticketdesk.schemas.base import Address, Input, Line, ProblemError, Schema


class ContactRow(Input):
    """The cells of one row; an empty cell is none at all."""

    name: Line | None = None
    email: Address | None = None
    account: Line | None = None
    job_title: Line | None = None
    phone: Line | None = None
    external_id: Line | None = None


class ContactImportRow(Schema):
    """What became of one row."""

    row: int = Field(description="as a spreadsheet counts: the header is row 1", examples=[2])
    outcome: ImportOutcome
    contact_id: UUID | None = Field(description="`null` for a row that failed, and for a new contact in a dry run")
    errors: list[ProblemError] = Field(description="pointers name the column, such as `/email`")


class ContactImport(Schema):
    """What became of a file: rows that failed do not keep the others from being imported."""

    dry_run: bool
    created: int
    updated: int
    unchanged: int
    failed: int
    rows: list[ContactImportRow]
