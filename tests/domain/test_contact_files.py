"""Reading files of contacts: what people export, and whatever else they upload."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ticketdesk.domain.contact_files import MAX_ROWS, FileRow, read
from ticketdesk.domain.errors import InvalidInput

HEADER = b"name,email\n"


def refusal(content: bytes) -> tuple[str, str]:
    with pytest.raises(InvalidInput) as refused:
        read(content)
    (error,) = refused.value.errors
    return error.pointer, error.code


@pytest.mark.parametrize(
    "content",
    [
        b"name,email\nAnna,a@x.example\n",
        b"\xef\xbb\xbfname,email\r\nAnna,a@x.example\r\n",
        b"Name; E-Mail ;x".replace(b" E-Mail ;x", b" EMAIL ") + b"\nAnna;a@x.example",
        b"email\tname\na@x.example\tAnna",
        b'"name","email"\n"Anna"," a@x.example "\n',
        b"name,email,phone\nAnna,a@x.example\n",
        b"name,email\nAnna,a@x.example,,\n",
    ],
)
def test_spellings_of_one_file(content: bytes) -> None:
    assert read(content) == [FileRow(2, {"name": "Anna", "email": "a@x.example"})]


def test_rows_are_numbered_as_a_spreadsheet_does() -> None:
    content = HEADER + b'"Anna\nBerg",a@x.example\n\n,,\nBo,b@x.example\n'
    assert [(row.number, row.cells["email"]) for row in read(content)] == [(2, "a@x.example"), (5, "b@x.example")]


def test_cells_beyond_the_header_are_counted() -> None:
    assert read(HEADER + b"Berg, Anna,a@x.example\n")[0].surplus == 1


def test_a_quote_within_a_cell_is_a_quote() -> None:
    assert read(HEADER + b'Anna "Annie" Berg,a@x.example\n"Bo ""B"" Holm",b@x.example')[0].cells["name"] == (
        'Anna "Annie" Berg'
    )


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "header_missing"),
        (b"\n\n", "header_missing"),
        (b",,\n", "header_missing"),
        (b"Anna,a@x.example\n", "column_unknown"),
        (b"name,email,password\n", "column_unknown"),
        (b"name,email,name\n", "column_repeated"),
        (b"name\nAnna\n", "column_missing"),
        (b"\xff\xfen\x00a\x00m\x00e\x00", "not_utf8"),
        (HEADER + b"Ann\xe4,a@x.example\n", "not_utf8"),
        (HEADER + b'"Anna,a@x.example\nBo,b@x.example\n', "malformed_csv"),
        (HEADER + b'"Anna"x,a@x.example\n', "malformed_csv"),
        (HEADER + b"a" * 200_000 + b",a@x.example\n", "malformed_csv"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "not_utf8"),
        (b"PK\x03\x04\x14\x00\x00\x00", "column_unknown"),
        (HEADER + b"Anna,\n" * (MAX_ROWS + 1), "too_many_rows"),
    ],
)
def test_what_is_no_file_of_contacts_is_refused(content: bytes, code: str) -> None:
    assert refusal(content) == ("/file", code)


def test_the_largest_file_is_read() -> None:
    assert len(read(HEADER + b"Anna,\n" * MAX_ROWS)) == MAX_ROWS


@given(st.one_of(st.binary(max_size=300), st.binary(max_size=300).map(lambda junk: HEADER + junk)))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    try:
        rows = read(content)
    except InvalidInput:
        rows = []
    assert all(row.number >= 2 and row.cells for row in rows)
