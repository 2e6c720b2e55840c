import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ticketdesk.api import json_spots
from ticketdesk.api.json_bodies import MAX_DEPTH, MalformedJson, parse
from ticketdesk.domain.errors import InvalidInput

names = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
trees = st.recursive(
    st.none() | st.integers() | names,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3),
    max_leaves=12,
)


def pointer_of(text: str) -> str:
    """Return where ``parse`` says that the rule is broken."""
    try:
        parse(text.encode())
    except (MalformedJson, InvalidInput) as refused:
        [error] = refused.errors
        return error.pointer
    pytest.fail("nothing is wrong with it")


@pytest.mark.parametrize(
    ("text", "pointer"),
    [
        (r'"\ud800"', ""),
        (r'{"title": "\ud800"}', "/title"),
        (r'{"a": 1, "b": {"c": [0, "x", {"d": "\udc00"}]}}', "/b/c/2/d"),
        (r'{"a": [{"ok": "\ud83d\ude00"}, "\ud83d\ud83d\ude00"]}', "/a/1"),
        (r'{"a/b~c": "\ud800"}', "/a~1b~0c"),
        # A name that cannot be written down is known by the object that has it.
        (r'{"a": {"\ud800": 1}}', "/a"),
        (r'{"\ud800": 1}', ""),
        ('{"a": 1, "a": 2}', "/a"),
        ('{"a": 1, "\\u0061": 2}', "/a"),
        ('{"x": [{"a": 1}, {"a": {"b": 1, "b": 1}}]}', "/x/1/a/b"),
        ('{"a": "{\\"a\\": 1, [", "b": [], "b": 2}', "/b"),
        ('{"' + "n" * 100 + '": 1, "' + "n" * 100 + '": 1}', "/" + "n" * json_spots.MAX_NAME_LENGTH),
        ("[" * 100_000 + "]" * 100_000, "/0" * MAX_DEPTH),
        ('{"a":' * 100_000 + "1" + "}" * 100_000, "/a" * MAX_DEPTH),
        ('{"a": 1, "b": ' + "[" * MAX_DEPTH + "]" * MAX_DEPTH + "}", "/b" + "/0" * (MAX_DEPTH - 1)),
        # What lies too far in is refused all the same.
        ('{"a": "' + "x" * json_spots.MAX_CHARACTERS + '", "b": 1, "b": 1}', ""),
    ],
)
def test_leads_to_the_spot(text: str, pointer: str) -> None:
    assert pointer_of(text) == pointer


@given(trees, names)
def test_what_stands_before_does_not_matter(tree: object, name: str) -> None:
    written = json.dumps([tree, {"here": [name, "MARK"]}])
    assert pointer_of(written.replace('"MARK"', '"\\ud800"')) == "/1/here/1"


@given(st.text('{}[],:"\\a1 ud8', max_size=60))
def test_never_fails_over_what_is_no_json(text: str) -> None:
    assert isinstance(json_spots.find(text.encode(), lambda _spot: False), str)
