"""YAML comes in as strictly as JSON does, and what is written is read as it was."""

from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from ticketdesk.api.json_bodies import MAX_MEMBERS
from ticketdesk.api.yaml_bodies import MAX_VALUES, MalformedYaml, is_yaml, parse
from ticketdesk.api.yaml_texts import write
from ticketdesk.schemas.document_files import FORMAT, DocumentFile

TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=30) | st.sampled_from(
    [
        "no",
        "on",
        "null",
        "~",
        "1",
        "1e5",
        "007",
        "0x1f",
        "1:30",
        "2026-01-31",
        "=",
        "<<",
        "- a",
        "a: b",
        "# c",
        "%",
        "yes\n",
    ]
)
NUMBERS = st.integers(-(10**15), 10**15) | st.floats(-1e15, 1e15)
VALUES = st.recursive(
    TEXTS | NUMBERS | st.booleans() | st.none(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=10,
)
LINES = st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "S"]), min_size=1, max_size=20)
PARAGRAPHS = st.lists(LINES, max_size=3).map("\n".join)
ANSWERS = st.fixed_dictionaries(
    {"value": LINES, "answered_by": LINES, "answered_at": st.just("2026-01-12T09:20:00.000001Z")}
)
QUESTIONS = st.fixed_dictionaries(
    {"text": LINES, "kind": st.just("text"), "guidance": PARAGRAPHS, "is_required": st.booleans()},
    optional={"code": LINES, "answer": ANSWERS},
)
SECTIONS = st.fixed_dictionaries(
    {"title": LINES, "description": PARAGRAPHS, "questions": st.lists(QUESTIONS, max_size=3)}
)


@settings(max_examples=150, deadline=None)
@given(VALUES)
def test_what_is_written_is_read_as_it_was(value: Any) -> None:
    assert parse(write(value).encode()) == value


@settings(max_examples=50, deadline=None)
@given(LINES, st.lists(SECTIONS, max_size=3))
def test_a_document_comes_back_from_both_kinds_of_file(title: str, sections: list[Any]) -> None:
    head = {"format": FORMAT, "module": "vv", "title": title, "sections": sections}
    file = DocumentFile.model_validate(head)
    left = file.model_dump(mode="json", exclude_defaults=True)
    assert DocumentFile.model_validate(parse(write(left).encode())) == file
    assert DocumentFile.model_validate_json(file.model_dump_json(exclude_defaults=True)) == file


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a: no", {"a": "no"}),
        ("a: 2026-01-31", {"a": "2026-01-31"}),
        ("[007, 0x1f, 1_000, .inf, 1:30, 12, -0.5, 1e3]", ["007", "0x1f", "1_000", ".inf", "1:30", 12, -0.5, 1000.0]),
        ("{a: , b: ~, c: '', d: true, no: 1}", {"a": None, "b": None, "c": "", "d": True, "no": 1}),
        ("<<: a", {"<<": "a"}),
        ("%YAML 1.1\n--- {'a': '%TAG'}", {"a": "%TAG"}),
        ("--- |\n  a\n  b\n...\n", "a\nb\n"),
    ],
)
def test_plain_values_are_what_json_has_or_text(text: str, value: Any) -> None:
    assert parse(text.encode()) == value


@pytest.mark.parametrize(
    ("text", "pointer", "code"),
    [
        ("a: &x [1]\nb: 2", "/a", "alias"),
        ("a: 1\nb: *x", "/b", "alias"),
        ("a: [1, !!python/name:os.system x]", "/a/1", "tag"),
        # Never left to the parser, which takes minutes for as many of these as a body can hold.
        ("%TAG !a! tag:x,1\n--- 1", "", "tag"),
        ("1\n...\r%TAG !a! tag:x,1\n--- 1", "", "tag"),
        ("- a: 1\n  b: {c: 1, c: 2}", "/0/b/c", "repeated_name"),
        ("? [a]\n: 1", "/", "name_expected"),
        ("[" * 33 + "]" * 33, "/0" * 32, "too_deep"),
        ("a: 1e999", "/a", "number_too_large"),
    ],
)
def test_what_json_has_not_is_refused_at_its_place(text: str, pointer: str, code: str) -> None:
    with pytest.raises(MalformedYaml) as refused:
        parse(text.encode())
    assert [(error.pointer, error.code) for error in refused.value.errors] == [(pointer, code)]


@pytest.mark.parametrize(
    "body",
    [
        b"a: [",
        b"\xff",
        b"a\n---\nb",
        b"# nothing",
        b"a: \x00",
        b'"\\ud800"',
        b"[" * 100_000,
        b"- " * 100_000,
        b"[" + b"1," * (MAX_VALUES + 1) + b"]",
        b"".join(b"k%d:\n" % number for number in range(MAX_MEMBERS + 1)),
        "a: 1".encode("utf-16"),
    ],
)
def test_other_bodies_are_refused(body: bytes) -> None:
    with pytest.raises(MalformedYaml):
        parse(body)


def test_both_parsers_of_the_library_are_read_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    text = b"a: [no, 'x', 12, {b: ~}]"
    expected = parse(text)
    monkeypatch.setattr("ticketdesk.api.yaml_bodies._LOADER", yaml.SafeLoader)
    assert parse(text) == expected


@pytest.mark.parametrize(
    ("content_type", "expected"),
    [
        ("application/yaml", True),
        ("Text/YAML; charset=UTF-8", True),
        ("application/x-yaml", True),
        ("application/yaml; charset=latin-1", False),
        ("application/json", False),
        ("", False),
    ],
)
def test_yaml_is_known_by_its_names(content_type: str, expected: bool) -> None:
    assert is_yaml(content_type) is expected


def test_one_wrong_question_of_many_is_told() -> None:
    section = {"title": "Purpose", "questions": [{}] * 1000}
    head = {"format": FORMAT, "module": "vv", "title": "Payroll", "sections": [section] * 200}
    with pytest.raises(ValidationError) as refused:
        DocumentFile.model_validate(head)
    assert {error["loc"][:4] for error in refused.value.errors()} == {("sections", 0, "questions", 0)}
