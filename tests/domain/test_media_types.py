import io
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ticketdesk.domain.media_types import HEAD_BYTES, MEDIA_TYPES, OCTETS, PDF, PLAIN_TEXT, TAIL_BYTES, ZIP, judge

PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256))
GIF = b"GIF89a" + bytes(100)
OFFICE = "application/vnd.openxmlformats-officedocument."


def archive(*names: str, first: str = "") -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as opened:
        if first:
            opened.writestr("mimetype", first)
        for name in names:
            opened.writestr(name, "x")
    return buffer.getvalue()


CASES: dict[str, tuple[bytes, str]] = {
    "png": (PNG, "image/png"),
    "jpeg": (b"\xff\xd8\xff\xe0" + bytes(50), "image/jpeg"),
    "gif": (GIF, "image/gif"),
    "webp": (b"RIFF\x0a\x00\x00\x00WEBPVP8 ", "image/webp"),
    "pdf": (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n%%EOF", PDF),
    "zip": (archive("a.txt"), ZIP),
    "word": (archive("[Content_Types].xml", "word/document.xml"), f"{OFFICE}wordprocessingml.document"),
    "excel": (archive("[Content_Types].xml", "xl/workbook.xml"), f"{OFFICE}spreadsheetml.sheet"),
    "powerpoint": (archive("[Content_Types].xml", "ppt/presentation.xml"), f"{OFFICE}presentationml.presentation"),
    "both": (archive("[Content_Types].xml", "xl/workbook.xml", "word/document.xml"), ZIP),
    **{
        f"opendocument {kind}": (archive("content.xml", first=media_type), media_type)
        for kind in ("text", "spreadsheet", "presentation")
        for media_type in [f"application/vnd.oasis.opendocument.{kind}"]
    },
    "text": (b"Seen on Monday, 5 < 6.\r\n\tAnn <ann@brightpath.example>", PLAIN_TEXT),
    "csv": ("name,Größe\nA,1\n".encode(), PLAIN_TEXT),
    "latin-1": ("Größe".encode("latin-1"), OCTETS),
    "control characters": (b"a\x00b", OCTETS),
    "escape sequences": (b"\x1b]0;title\x07", OCTETS),
    "program": (b"\x7fELF" + bytes(20), OCTETS),
    "html": (b"<!DOCTYPE html><p>", OCTETS),
    "html, late": (b"text " * 100 + b"<ScRiPt>", OCTETS),
    "svg": (b'<svg xmlns="http://www.w3.org/2000/svg">', OCTETS),
    "xml": (b"<?xml version='1.0'?>", OCTETS),
    "gif and archive": (GIF + archive("META-INF/MANIFEST.MF"), OCTETS),
    "image and page": (PNG + b"<html>", OCTETS),
    "gif and pdf": (GIF + b"%PDF-1.4", OCTETS),
    "pdf that begins late": (b"x\n%PDF-1.4\n", OCTETS),
    "pdf and page": (b"%PDF-1.4\n<html>", OCTETS),
    "archive behind text": (b"x" * 50 + archive("a.txt"), OCTETS),
}


@pytest.mark.parametrize(("content", "media_type"), CASES.values(), ids=CASES)
def test_a_type_is_what_all_of_it_says(content: bytes, media_type: str) -> None:
    assert judge(content[:HEAD_BYTES], content[-TAIL_BYTES:]) == media_type


def test_the_types_that_the_contract_names_are_all_that_occur() -> None:
    assert sorted(MEDIA_TYPES) == sorted({media_type for _, media_type in CASES.values()})


@settings(max_examples=20)
@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters="<%P"), min_size=1))
def test_text_is_text_wherever_it_is_cut(words: str) -> None:
    content = (words * (1 + (HEAD_BYTES + TAIL_BYTES) // len(words.encode()))).encode()
    assert judge(content[:HEAD_BYTES], content[-TAIL_BYTES:]) == PLAIN_TEXT


@given(st.binary(max_size=300))
def test_whatever_comes_is_judged(content: bytes) -> None:
    assert judge(content, content) in MEDIA_TYPES
