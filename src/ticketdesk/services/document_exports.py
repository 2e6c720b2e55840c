"""Documents as files that another desk, or this one, can import."""

from uuid import UUID

from ticketdesk.domain.documents import QuestionKind
from ticketdesk.repositories.unit_of_work import UnitOfWork
from ticketdesk.schemas.document_files import FORMAT, DocumentFile, FileAnswer, FileQuestion, FileSection
from ticketdesk.schemas.document_questions import DocumentQuestion, QuestionOption
from ticketdesk.schemas.document_sections import DocumentSection
from ticketdesk.services import documents


async def export(uow: UnitOfWork, document_id: UUID) -> DocumentFile:
    """Return the document as a file; raises ``NotFound``.

    Answers of kind ``file`` stay behind, because their attachments belong to tickets of this desk.
    """
    document = await documents.get(uow, document_id)
    return DocumentFile(
        format=FORMAT,
        module=document.module,
        title=document.title,
        description=document.description,
        external_id=document.external_id,
        sections=[_section(section) for section in document.sections],
    )


def _section(section: DocumentSection) -> FileSection:
    questions = [_question(question) for question in section.questions]
    return FileSection(code=section.code, title=section.title, description=section.description, questions=questions)


def _question(question: DocumentQuestion) -> FileQuestion:
    options = [QuestionOption(key=each.key, label=each.label) for each in question.options or ()]
    return FileQuestion(
        code=question.code,
        text=question.text,
        guidance=question.guidance,
        kind=question.kind,
        options=options or None,
        unit=question.unit,
        is_required=question.is_required,
        answer=_answer(question),
    )


def _answer(question: DocumentQuestion) -> FileAnswer | None:
    if question.answer is None or question.kind is QuestionKind.FILE:
        return None
    return FileAnswer(value=question.answer, answered_by=question.answered_by, answered_at=question.answered_at)
