"""Read a file of contacts as people export it: CSV (RFC 4180) in UTF-8 with a header row."""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ticketdesk.domain.errors import InvalidInput

COLUMNS = ("name", "email", "account", "job_title", "phone", "external_id")
REQUIRED_COLUMNS = ("name", "email")
MAX_ROWS = 10_000
FILE = "/file"
# Spreadsheets put a semicolon where the comma marks decimals, and a tab in what is copied.
_DELIMITERS = ",;\t"


@dataclass(frozen=True, slots=True)
class FileRow:
    """A row as it was found: ``number`` as a spreadsheet counts it (the header is 1), empty cells left out.

    ``surplus`` is how many cells it has beyond the header's.
    """

    number: int
    cells: dict[str, str]
    surplus: int = 0


def read(content: bytes) -> list[FileRow]:
    """Return the rows of the file that hold anything.

    Raises ``InvalidInput`` at ``/file``: ``not_utf8``, ``malformed_csv``, ``header_missing``, ``column_unknown``,
    ``column_repeated``, ``column_missing``, ``too_many_rows``. What a cell may hold is not judged here.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InvalidInput.at(FILE, "not_utf8", "The file is not text in UTF-8.") from error
    lines = _lines(text)
    header = _header(next(lines, []))
    rows: list[FileRow] = []
    for number, cells in enumerate(lines, start=2):
        if any(cell.strip() for cell in cells):
            rows.append(_row(number, header, cells))
        if len(rows) > MAX_ROWS:
            raise InvalidInput.at(FILE, "too_many_rows", f"A file has at most {MAX_ROWS} rows; split it.")
    return rows


def _lines(text: str) -> Iterator[list[str]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    try:
        yield from reader
    except csv.Error as error:
        detail = f"The file cannot be read as CSV at line {reader.line_num}; is a quote left open?"
        raise InvalidInput.at(FILE, "malformed_csv", detail) from error


def _delimiter(text: str) -> str:
    header = text.partition("\n")[0]
    return max(_DELIMITERS, key=header.count)


def _header(cells: Sequence[str]) -> list[str]:
    names = [cell.strip().lower() for cell in cells]
    if not any(names):
        raise InvalidInput.at(FILE, "header_missing", f"The first row names the columns: {', '.join(COLUMNS)}.")
    if any(name not in COLUMNS for name in names):
        raise InvalidInput.at(FILE, "column_unknown", f"Columns can be {', '.join(COLUMNS)}.")
    if len(set(names)) < len(names):
        raise InvalidInput.at(FILE, "column_repeated", "A column comes twice in the header.")
    if not set(REQUIRED_COLUMNS) <= set(names):
        raise InvalidInput.at(FILE, "column_missing", f"The columns {' and '.join(REQUIRED_COLUMNS)} are required.")
    return names


def _row(number: int, header: Sequence[str], cells: Sequence[str]) -> FileRow:
    surplus = sum(1 for cell in cells[len(header) :] if cell.strip())
    found = zip(header, (cell.strip() for cell in cells), strict=False)
    return FileRow(number, {name: cell for name, cell in found if cell}, surplus)
