"""What has to be right in the file of a document, whatever the desk has; errors lead into it by JSON pointer."""

from collections.abc import Callable, Iterable, Iterator

from ticketdesk.domain.answers import Unfit, judge
from ticketdesk.domain.document_questions import errors_in
from ticketdesk.domain.documents import QUESTION_MARK, SECTION_MARK, QuestionKind, free_code, require_room
from ticketdesk.domain.errors import FieldError, InvalidInput
from ticketdesk.schemas.document_files import DocumentFile, FileQuestion, FileSection

# A part of the file, and the JSON pointer to it.
Part = tuple[str, FileSection | FileQuestion]


def require_sound(file: DocumentFile) -> None:
    """Raise ``InvalidInput`` that names everything wrong: bounds, repeated codes, contents, answers that do not fit."""
    parts = list(_questions(file))
    require_room(len(file.sections), len(parts), "/sections")
    errors = [*_repeated(_sections(file)), *_repeated(parts)]
    for pointer, question in parts:
        errors += errors_in(question.content(), pointer) or _errors_in_answer(question, f"{pointer}/answer/value")
    if errors:
        raise InvalidInput(*errors)


def require_codes(file: DocumentFile) -> None:
    """Raise ``InvalidInput`` (``code_required``) for each part without a code, which nothing could be matched by."""
    detail = "The document is there already, and its parts are matched by their codes; an export has them."
    parts: list[Part] = [*_sections(file), *_questions(file)]
    errors = [FieldError(f"{at}/code", "code_required", detail) for at, part in parts if part.code is None]
    if errors:
        raise InvalidInput(*errors)


def with_codes(file: DocumentFile) -> DocumentFile:
    """Return the file with codes for the parts that have none; each is free in the file."""
    section_code = _coder(SECTION_MARK, (part.code for _, part in _sections(file)))
    question_code = _coder(QUESTION_MARK, (part.code for _, part in _questions(file)))
    sections = [
        section.model_copy(
            update={
                "code": section_code(section.code),
                "questions": [
                    question.model_copy(update={"code": question_code(question.code)}) for question in section.questions
                ],
            }
        )
        for section in file.sections
    ]
    return file.model_copy(update={"sections": sections})


def _coder(mark: str, given: Iterable[str | None]) -> Callable[[str | None], str]:
    taken = {code for code in given if code is not None}

    def code_of(code: str | None) -> str:
        if code is None:
            code = free_code(mark, taken)
            taken.add(code)
        return code

    return code_of


def _sections(file: DocumentFile) -> Iterator[tuple[str, FileSection]]:
    for index, section in enumerate(file.sections):
        yield f"/sections/{index}", section


def _questions(file: DocumentFile) -> Iterator[tuple[str, FileQuestion]]:
    for pointer, section in _sections(file):
        for index, question in enumerate(section.questions):
            yield f"{pointer}/questions/{index}", question


def _repeated(parts: Iterable[Part]) -> Iterator[FieldError]:
    seen: set[str] = set()
    for pointer, part in parts:
        if part.code is not None and part.code in seen:
            yield FieldError(f"{pointer}/code", "code_taken", "Another part of the document has this code.")
        seen.add(part.code or "")


def _errors_in_answer(question: FileQuestion, pointer: str) -> list[FieldError]:
    if question.answer is None:
        return []
    if question.kind is QuestionKind.FILE:
        return [FieldError(pointer, "files_not_imported", "Files are attached in a ticket; a document has none.")]
    judged = judge(question.kind, question.content().options, question.answer.value)
    return [FieldError(pointer, judged.code, judged.detail)] if isinstance(judged, Unfit) else []
