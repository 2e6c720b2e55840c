import json
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ticketdesk.api.json_bodies import MAX_DEPTH, MAX_MEMBERS, MalformedJson, is_json, parse
from ticketdesk.domain.errors import InvalidInput

scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4), max_leaves=20
)


@given(values)
def test_reads_what_a_json_library_writes(value: object) -> None:
    assert parse(json.dumps(value).encode()) == value
    assert parse(json.dumps(value, ensure_ascii=False).encode()) == value


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"{", id="unfinished"),
        pytest.param(b"{} {}", id="two values"),
        pytest.param(b"{'a': 1}", id="single quotes"),
        pytest.param(b"[NaN]", id="NaN"),
        pytest.param(b"[-Infinity]", id="infinity"),
        pytest.param(b"[1e999]", id="overflows to infinity"),
        pytest.param(b"[" + b"9" * 5000 + b"]", id="integer of 5000 digits"),
        pytest.param(b'{"a": 1, "a": 2}', id="same name twice"),
        pytest.param(b'{"a": 1, "\\u0061": 2}', id="same name in two spellings"),
        pytest.param(b'"\xff"', id="not UTF-8"),
        pytest.param('{"a": 1}'.encode("utf-16"), id="UTF-16"),
        pytest.param('{"a": 1}'.encode("utf-32"), id="UTF-32"),
        pytest.param(b'\xef\xbb\xbf{"a": 1}', id="byte order mark"),
        pytest.param(b'"\x00"', id="bare control character"),
        pytest.param(b"[" * (MAX_DEPTH + 1) + b"]" * (MAX_DEPTH + 1), id="one level too deep"),
        pytest.param(json.dumps(dict.fromkeys(map(str, range(MAX_MEMBERS + 1)))).encode(), id="one member too many"),
        pytest.param(b'{"a":' * 900 + b"1" + b"}" * 900, id="900 levels"),
        pytest.param(b"[" * 100_000 + b"]" * 100_000, id="100,000 levels"),
        pytest.param(b"[" * 1_000_000, id="a million levels without an end"),
    ],
)
def test_refuses_quickly(body: bytes) -> None:
    started = process_time()
    with pytest.raises(MalformedJson) as refused:
        parse(body)
    assert refused.value.status_code == 400
    assert process_time() - started < 1


def test_takes_as_many_levels_as_it_says() -> None:
    assert parse(b"[" * MAX_DEPTH + b"]" * MAX_DEPTH)


@pytest.mark.parametrize("body", [b'"\\ud800"', b'{"\\uDC00": 1}', b'["\\ud83d\\ud83d\\ude00"]'])
def test_refuses_half_a_surrogate_pair(body: bytes) -> None:
    with pytest.raises(InvalidInput) as refused:
        parse(body)
    assert [error.code for error in refused.value.errors] == ["lone_surrogate"]


def test_takes_a_whole_surrogate_pair() -> None:
    assert parse(b'"\\ud83d\\ude00"') == "\N{GRINNING FACE}"


@pytest.mark.parametrize(
    ("content_type", "expected"),
    [
        ("application/json", True),
        ("Application/JSON; charset=utf-8", True),
        ("application/merge-patch+json", True),
        ("text/json", False),
        ("application/jsonp", False),
        ("text/plain", False),
        ("", False),
    ],
)
def test_knows_json_by_its_type(content_type: str, *, expected: bool) -> None:
    assert is_json(content_type) is expected
