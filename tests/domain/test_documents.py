"""What the parts of a document are called."""

from ticketdesk.domain.documents import free_code


def test_a_code_is_one_that_nobody_has() -> None:
    assert free_code("Q", []) == "Q1"
    assert free_code("Q", ["Q1", "Q3"]) == "Q4"
    assert free_code("Q", ["Q2"]) == "Q3"
