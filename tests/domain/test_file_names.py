import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ticketdesk.domain.file_names import MAX_LENGTH, NAMELESS, clean

CASES = {
    "report.pdf": "report.pdf",
    "Übersicht März.docx": "Übersicht März.docx",
    "U\u0308bersicht.pdf": "Übersicht.pdf",
    "報告書.pdf": "報告書.pdf",
    "../../etc/passwd": "passwd",
    "C:\\temp\\x.txt": "x.txt",
    "/": NAMELESS,
    "..": NAMELESS,
    "": NAMELESS,
    "\x00": NAMELESS,
    "a\x00b\r\nc\x7f.txt": "abc.txt",
    "photo\u202egpj.exe": "photogpj.exe",
    "\ufeffa\u2066b\u200f.txt": "ab.txt",
    'a"b<c>d|e?f*g:h.txt': "a_b_c_d_e_f_g_h.txt",
    "con": "_con",
    "Aux.tar.gz": "_Aux.tar.gz",
    "LPT1": "_LPT1",
    "console.txt": "console.txt",
    "  .hidden. ": "hidden",
    "a  \t b.txt": "a b.txt",
    "x" * 300: "x" * 199,
    "x" * 300 + ".pdf": "x" * 195 + ".pdf",
    "x." + "y" * 300: "x." + "y" * 197,
    "\U0001f468\u200d\U0001f4bb.png": "\U0001f468\u200d\U0001f4bb.png",
}


@pytest.mark.parametrize(("given_name", "shown"), CASES.items(), ids=ascii)
def test_names_are_cleaned(given_name: str, shown: str) -> None:
    assert clean(given_name) == shown


@given(st.text(st.sampled_from('a.\\/:\x00\u202e é报con1 \t"') | st.characters(), max_size=300))
def test_whatever_comes_is_a_plain_name(given_name: str) -> None:
    name = clean(given_name)
    assert 1 <= len(name) <= MAX_LENGTH
    assert not set(name) & set('/\\<>:"|?*')
    assert name not in {".", ".."}
    assert {unicodedata.category(character) for character in name}.isdisjoint({"Cc", "Cs", "Zl", "Zp"})
    assert clean(name) == name
