"""The questions of a task as staff see them: everything that was asked, answered, delegated and accepted."""

from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, ConfigDict, Field, StrictBool

from ticketdesk.domain.acceptance import SourceChange
from ticketdesk.domain.answers import MAX_AT_ONCE
from ticketdesk.domain.documents import Module, QuestionKind
from ticketdesk.schemas.answers import AnswerOption, AnswerValue, Completeness, PortalPerson
from ticketdesk.schemas.base import Input, PageSchema, Schema
from ticketdesk.schemas.keywords import given, never, says, without
from ticketdesk.schemas.tickets import Named


class Acceptance(Schema):
    """Who took an answer over into its document, and as which version of the answer there."""

    by: Named
    at: AwareDatetime
    written_version: int | None


class TicketAnswer(Schema):
    """What was answered last. ``version`` counts how often it was saved; ``value`` is null once it was taken back."""

    value: AnswerValue
    note: str
    version: int
    author: PortalPerson
    answered_at: AwareDatetime
    acceptance: Acceptance | None


class TicketDelegation(Schema):
    """Who was asked to answer instead, and by whom."""

    id: UUID
    to: PortalPerson
    by: PortalPerson
    note: str
    created_at: AwareDatetime


class TicketQuestion(Schema):
    """A question as it was sent. ``known_answer`` is what its document said then.

    ``warnings`` say how the document changed since it was copied or, once accepted, since its answer was written back.
    """

    id: UUID
    document_id: UUID
    source_question_id: UUID
    question_version: int
    text: str
    guidance: str
    kind: QuestionKind
    options: list[AnswerOption] | None
    unit: str | None
    is_required: bool
    module: Module
    document_title: str
    section_title: str
    known_answer: AnswerValue
    withdrawn_at: AwareDatetime | None = Field(description="since when it is no longer asked")
    answer: TicketAnswer | None
    delegation: TicketDelegation | None
    warnings: list[SourceChange]


class TicketQuestionnaire(Schema):
    """A questionnaire of the ticket in its order; what is withdrawn is shown, and not counted."""

    id: UUID
    compilation_id: UUID
    source_questionnaire_id: UUID
    name: str
    instructions: str
    withdrawn_at: AwareDatetime | None
    completeness: Completeness
    questions: list[TicketQuestion]


class AnsweringRecipient(Schema):
    """A recipient of the ticket, and how far the questions are that they see."""

    contact_id: UUID
    name: str
    email: str
    has_user: bool
    viewed_at: AwareDatetime | None
    completeness: Completeness


class TicketAnswers(Schema):
    """Everything that a task asks, with its answers, and how far all of it is."""

    questionnaires: list[TicketQuestionnaire]
    completeness: Completeness
    accepted: int = Field(description="how many of the answers to what is still asked were accepted")
    recipients: list[AnsweringRecipient]


class TicketAnswerEntry(Schema):
    """An answer as it was saved once."""

    version: int
    value: AnswerValue
    note: str
    author: PortalPerson
    answered_at: AwareDatetime


class TicketAnswerEntryPage(PageSchema[TicketAnswerEntry]):
    """One page of what a question was ever answered with, oldest first."""


class AcceptInput(Input):
    """Which answers to accept: some, or all that are given and not accepted yet."""

    question_ids: Annotated[list[UUID], Field(min_length=1, max_length=MAX_AT_ONCE), says(uniqueItems=True)] | None = (
        None
    )
    all: StrictBool = False
    confirm_changed: StrictBool = Field(
        default=False, description="write the answers back although their documents changed, as `warnings` say"
    )

    model_config = ConfigDict(
        json_schema_extra=never(
            [given("question_ids"), {"required": ["all"], "properties": {"all": {"const": True}}}],
            [without("question_ids"), {"properties": {"all": {"const": False}}}],
        )
    )
