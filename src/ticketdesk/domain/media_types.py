"""What a stored file is, by its own bytes: one of a few harmless types, or nothing that a program should guess at.

Whoever uploads says what they like, so nobody is asked. A file has a type if it begins as that type does and nothing in
it speaks for another: what is an image to one program and an archive or a page to the next stays octets (RFC 2046
section 4.5.1). Libraries that guess types know hundreds and give their first hit, which is what such files live on.
"""

import re
from codecs import getincrementaldecoder

OCTETS = "application/octet-stream"
PLAIN_TEXT = "text/plain; charset=utf-8"
PDF = "application/pdf"
ZIP = "application/zip"
HEAD_BYTES = 4096
# The end of a ZIP archive is found within so many bytes, its comment included (APPNOTE 4.3.16).
TAIL_BYTES = 65_557

_BEGINNINGS = (
    (re.compile(rb"\x89PNG\r\n\x1a\n"), "image/png"),
    (re.compile(rb"\xff\xd8\xff"), "image/jpeg"),
    (re.compile(rb"GIF8[79]a"), "image/gif"),
    (re.compile(rb"RIFF.{4}WEBP", re.DOTALL), "image/webp"),
    (re.compile(rb"%PDF-\d"), PDF),
    (re.compile(rb"PK\x03\x04"), ZIP),
)
# Readers of PDF take its first line from anywhere in the first kilobyte.
_PDF_WITHIN = 1024
_END_OF_ZIP = b"PK\x05\x06"
_OFFICE = "application/vnd.openxmlformats-officedocument."
_PARTS_OF_OFFICE = (
    (b"word/document.xml", f"{_OFFICE}wordprocessingml.document"),
    (b"xl/workbook.xml", f"{_OFFICE}spreadsheetml.sheet"),
    (b"ppt/presentation.xml", f"{_OFFICE}presentationml.presentation"),
)
_OPEN_DOCUMENTS = tuple(
    f"application/vnd.oasis.opendocument.{kind}" for kind in ("text", "spreadsheet", "presentation")
)
# The first entry of an OpenDocument file names its type, uncompressed (OpenDocument 1.3, part 2, section 3.3).
_OPEN_DOCUMENT = re.compile(rf"mimetype({'|'.join(map(re.escape, _OPEN_DOCUMENTS))})PK".encode())
_MARKUP = re.compile(
    rb"<(?:!doctype|\?xml[\s:-]|html|head|body|script|svg|iframe|img|object|embed|style|meta|link|form|title|math)\b",
    re.IGNORECASE,
)
_NO_TEXT = re.compile(rb"[\x00-\x08\x0b\x0e-\x1f\x7f]")
_CUT_CHARACTER = re.compile(rb"^[\x80-\xbf]{1,3}")
# Every type that a file is ever said to have.
MEDIA_TYPES = (
    OCTETS,
    PLAIN_TEXT,
    *(media_type for _, media_type in _BEGINNINGS),
    *(media_type for _, media_type in _PARTS_OF_OFFICE),
    *_OPEN_DOCUMENTS,
)


def judge(head: bytes, tail: bytes) -> str:
    """Return the media type of a file that begins with ``head`` and ends with ``tail`` (they may overlap).

    ``head`` are its first ``HEAD_BYTES`` and ``tail`` its last ``TAIL_BYTES``, or all there is.
    """
    if _MARKUP.search(head) or _MARKUP.search(tail):
        return OCTETS
    begun = {media_type for beginning, media_type in _BEGINNINGS if beginning.match(head)}
    claimed = begun | _claimed_elsewhere(head, tail)
    if not claimed:
        return PLAIN_TEXT if _is_text(head, tail) else OCTETS
    if len(claimed) > 1 or not begun:
        return OCTETS
    [media_type] = begun
    return _archived(head, tail) if media_type == ZIP else media_type


def _claimed_elsewhere(head: bytes, tail: bytes) -> set[str]:
    claims = {PDF: b"%PDF-" in head[:_PDF_WITHIN], ZIP: _END_OF_ZIP in tail}
    return {media_type for media_type, is_claimed in claims.items() if is_claimed}


def _archived(head: bytes, tail: bytes) -> str:
    """Return what kind of document a ZIP archive is, by the names in its directory at the end; else that it is one."""
    if found := _OPEN_DOCUMENT.search(head, 0, 200):
        return found[1].decode()
    if b"[Content_Types].xml" not in head + tail:
        return ZIP
    kinds = [media_type for part, media_type in _PARTS_OF_OFFICE if part in tail]
    return kinds[0] if len(kinds) == 1 else ZIP


def _is_text(head: bytes, tail: bytes) -> bool:
    """Tell whether both are text in UTF-8; a character may have been cut through where the middle is missing."""
    return not (_NO_TEXT.search(head) or _NO_TEXT.search(tail)) and all(
        _decodes(part) for part in (head, _CUT_CHARACTER.sub(b"", tail))
    )


def _decodes(part: bytes) -> bool:
    try:
        getincrementaldecoder("utf-8")().decode(part)
    except UnicodeDecodeError:
        return False
    return True
