import pytest

from ticketdesk.api.csv_tables import safe_cell


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"])
def test_text_that_a_spreadsheet_would_run_is_quoted(start: str) -> None:
    assert safe_cell(f"{start}1+1") == f"'{start}1+1"


@pytest.mark.parametrize("value", ["a=1", 7, -7, -0.5, True])
def test_anything_else_stays(value: object) -> None:
    assert safe_cell(value) is value
