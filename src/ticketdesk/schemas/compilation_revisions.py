"""What a compilation asked each time it was sent."""

from uuid import UUID

from pydantic import AwareDatetime, Field

from ticketdesk.schemas.base import PageSchema, Schema
from ticketdesk.schemas.compilations import PickedQuestion
from ticketdesk.schemas.tickets import Named


class RevisionQuestionnaire(Schema):
    """A questionnaire as it was sent."""

    id: UUID
    name: str
    instructions: str
    questions: list[PickedQuestion]


class CompilationRevisionSummary(Schema):
    """A revision in a list."""

    revision: int
    created_by: Named = Field(description="who sent it first")
    created_at: AwareDatetime


class CompilationRevision(CompilationRevisionSummary):
    """A revision with what it asked, word for word; it never changes."""

    questionnaires: list[RevisionQuestionnaire]


class CompilationRevisionPage(PageSchema[CompilationRevisionSummary]):
    """One page of revisions, oldest first."""
