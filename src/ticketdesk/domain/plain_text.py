"""Text that people typed, made fit to be shown: the last stop before a header, a mail or a log line.

Nothing here escapes markup; that is the template's work. What goes is only what no reader can see and some programs
obey: control characters, lone surrogates (which no encoding can write) and the marks that reverse the direction of
whatever follows them.
"""

import re

# Unicode TR9 explicit directional formatting: left open, it reorders the text of others beside it.
_DIRECTION_MARKS = re.compile("[\u202a-\u202e\u2066-\u2069]")
_SURROGATES = re.compile("[\ud800-\udfff]")
_ONE_LINE_GAPS = re.compile("[\x00-\x20\x7f-\x9f\u2028\u2029]+")
_LINE_ENDS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f]")
# What is not printable in ASCII, but for line feeds and tabs.
_ASCII_CONTROLS = bytes({*range(0x20), 0x7F} - set(b"\n\t"))
_EMPTY_LINES = re.compile("\n{3,}")
ELLIPSIS = "…"


def one_line(text: str, limit: int | None = None) -> str:
    """Return ``text`` on one line of at most ``limit`` characters, the last of them an ellipsis where it was cut.

    Every run of control characters, line separators and spaces becomes one space.
    """
    # The usual text has nothing to lose, which Python sees faster than any expression.
    is_tidy = text.isprintable() and "  " not in text
    line = (text if is_tidy else _ONE_LINE_GAPS.sub(" ", _without_traps(text))).strip(" ")
    if limit is None or len(line) <= limit:
        return line
    return line[: limit - 1].rstrip(" ") + ELLIPSIS


def printable(text: str) -> str:
    """Return ``text`` with line feeds and tabs as its only control characters, otherwise as it was."""
    if _is_ascii_text(text) or text.replace("\n", "").isprintable():
        return text
    return _CONTROLS.sub("", _LINE_ENDS.sub("\n", _without_traps(text)))


def lines(text: str) -> str:
    """Return ``text`` printable and tidy: no spaces at the ends of lines, no two empty lines in a row."""
    text = "\n".join(line.rstrip() for line in printable(text).split("\n"))
    return _EMPTY_LINES.sub("\n\n", text).strip("\n")


def excerpt(text: str, limit: int) -> str:
    """Return the ``lines`` of ``text``, at most ``limit`` characters, cut at the end of a word if one is near."""
    text = lines(text)
    if len(text) <= limit:
        return text
    kept = text[: limit - 2]
    word_end = max(kept.rfind(" "), kept.rfind("\n"))
    return kept[: word_end if word_end > limit // 2 else None].rstrip() + " " + ELLIPSIS


def _is_ascii_text(text: str) -> bool:
    """Tell whether there is nothing to lose, which for a whole mail takes a fifth of what ``isprintable`` takes."""
    return text.isascii() and len(text.encode().translate(None, _ASCII_CONTROLS)) == len(text)


def _without_traps(text: str) -> str:
    if text.isascii():
        return text
    return _SURROGATES.sub("\ufffd", _DIRECTION_MARKS.sub("", text))
