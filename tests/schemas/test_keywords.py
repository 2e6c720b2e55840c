"""What the contract says of a value is what the code takes: keywords and validators are held against each other."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from pydantic import TypeAdapter, ValidationError

from ticketdesk.domain.passwords import LONGEST, SHORTEST
from ticketdesk.schemas.base import Address, Line, LongLine, OptionalParagraph, Paragraph, ShortLine
from ticketdesk.schemas.reminders import Days
from ticketdesk.schemas.sessions import TypedAddress
from ticketdesk.schemas.users import NewPassword
from ticketdesk.schemas.values import WebAddress

TEXTS = (Line, ShortLine, LongLine, Paragraph, OptionalParagraph, TypedAddress)
# Everything that one of the classes of characters names, and some that none does.
CHARACTERS = st.sampled_from("ab \t\n\v\f\r\x00\x1c\x1f\x7f\x85\x9f\xa0\u1680\u2003\u2028\u2029\u3000\ufeffä€😀")
URL_CHARACTERS = st.sampled_from("htps:/?#@[].0189fF-xü \t\"<'\\^`{|}\u2003")
URLS = st.one_of(
    st.text(URL_CHARACTERS),
    st.builds("http://{}".format, st.text(URL_CHARACTERS)),
    st.builds(
        "{}https://x.example:{}{}".format, st.sampled_from(["", " "]), st.integers(-1, 70_000), st.text(URL_CHARACTERS)
    ),
)


def takes(kind: Any, value: object) -> bool:
    try:
        TypeAdapter(kind).validate_python(value)
    except ValidationError:
        return False
    return True


def allows(kind: Any, value: object) -> bool:
    return Draft202012Validator(TypeAdapter(kind).json_schema()).is_valid(value)


@pytest.mark.parametrize("kind", TEXTS)
def test_patterns_take_the_texts_that_the_code_takes(kind: Any) -> None:
    adapter, schema = TypeAdapter(kind), Draft202012Validator(TypeAdapter(kind).json_schema())

    @given(st.text(CHARACTERS | st.characters(codec="utf-8")))
    def hold(value: str) -> None:
        try:
            adapter.validate_python(value)
            is_taken = True
        except ValidationError:
            is_taken = False
        assert schema.is_valid(value) == is_taken

    hold()


@pytest.mark.parametrize(("kind", "longest"), [(Line, 200), (ShortLine, 50), (LongLine, 2000), (Paragraph, 20_000)])
def test_length_is_counted_as_it_was_sent(kind: Any, longest: int) -> None:
    for value, is_right in (("x" * longest, True), ("x" * (longest + 1), False), (" " * longest + "x", False)):
        assert takes(kind, value) == allows(kind, value) == is_right


@given(URLS)
def test_web_addresses_are_those_of_the_pattern(value: str) -> None:
    is_allowed = allows(WebAddress, value)
    # An IPv6 address can be written in ways that the pattern does not know.
    assert takes(WebAddress, value) == is_allowed or ("[" in value and not is_allowed)


@pytest.mark.parametrize("host", ["[2001:db8::1]", "[::1]", "[::]", "[1:2:3:4:5:6:7:8]", "x.example:65535"])
def test_web_addresses_name_hosts_in_every_usual_way(host: str) -> None:
    assert takes(WebAddress, f"https://{host}/")
    assert allows(WebAddress, f"https://{host}/")


def test_password_lengths_are_the_domains() -> None:
    schema = TypeAdapter(NewPassword).json_schema()
    assert (schema["minLength"], schema["maxLength"]) == (SHORTEST, LONGEST)


@pytest.mark.parametrize(
    ("value", "refused"),
    [
        ("a@x.example", None),
        ("a@b.test", "reserved_domain"),
        ("a@LOCALHOST", "reserved_domain"),
        ("a@b", "invalid_address"),
    ],
)
def test_addresses_where_nobody_lives_are_told_from_misspelt_ones(value: str, refused: str | None) -> None:
    try:
        TypeAdapter(Address).validate_python(value)
        found = None
    except ValidationError as error:
        found = error.errors()[0]["type"]
    assert found == refused


def test_whole_numbers_keep_their_bounds_in_the_contract() -> None:
    schema = TypeAdapter(Days).json_schema()
    assert (schema["type"], schema["minimum"], schema["maximum"]) == ("integer", 1, 365)
    for value, is_taken in ((1, True), (365.0, True), (0, False), (366.0, False), (1.5, False), (True, False)):
        assert takes(Days, value) == allows(Days, value) == is_taken
