"""Drawing in SVG 1.1 with nothing but shapes and text: no script, no style sheet, nothing that is loaded."""

import re
from unicodedata import east_asian_width
from xml.etree import ElementTree as ET

# XML 1.0 section 2.2: every other character may not even be written as a reference.
_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_FONT = "Inter, 'Helvetica Neue', Arial, 'Liberation Sans', sans-serif"
# Widths in ems of a common sans-serif, by letters that are about as wide.
_WIDTHS = {
    **dict.fromkeys("ijl|'.,:;!I", 0.25),
    **dict.fromkeys("ftr()[]-/ ", 0.33),
    **dict.fromkeys("mwMW@%", 0.87),
    **dict.fromkeys("ABCDEGHKNOPQRSUVXY&", 0.7),
}
_USUAL_WIDTH, _WIDE = 0.56, 1.0

Element = ET.Element
Value = str | float


def document(width: int, height: int, title: str, description: str) -> Element:
    """Return an empty picture that a screen reader reads as ``title`` and ``description``."""
    size = {"width": str(width), "height": str(height), "viewBox": f"0 0 {width} {height}"}
    root = ET.Element("svg", {"xmlns": "http://www.w3.org/2000/svg", **size})
    root.attrib |= {"role": "img", "aria-labelledby": "title desc", "font-family": _FONT}
    add(root, "title", title, id="title")
    add(root, "desc", description, id="desc")
    return root


def add(parent: Element, tag: str, text: str | None = None, /, **attributes: Value) -> Element:
    """Add an element; underscores in names stand for hyphens, and numbers are written to a tenth of a pixel."""
    written = {name.replace("_", "-"): _written(value) for name, value in attributes.items()}
    child = ET.SubElement(parent, tag, written)
    child.text = None if text is None else _NOT_IN_XML.sub("\ufffd", text)
    return child


def add_text(
    parent: Element, text: str, x: float, y: float, size: float, most: float = 0, /, **attributes: Value
) -> None:
    """Add a line of text; one that is wider than ``most`` is cut, and its whole is the element's title."""
    shown = shortened(text, size, most) if most else text
    line = add(parent, "text", shown, x=x, y=y, font_size=size, **attributes)
    if shown != text:
        add(line, "title", text)


def rendered(root: Element) -> bytes:
    """Return the document as UTF-8, the same for the same picture."""
    written: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def width_of(text: str, size: float) -> float:
    """Return about how wide a text is, in pixels; the reader's font decides in the end."""
    return size * sum(_WIDE if east_asian_width(c) in "WF" else _WIDTHS.get(c, _USUAL_WIDTH) for c in text)


def shortened(text: str, size: float, most: float) -> str:
    """Return ``text`` cut to about ``most`` pixels, with an ellipsis where something is missing."""
    if width_of(text, size) <= most:
        return text
    end = len(text)
    while end and width_of(text[:end], size) > most - size:
        end -= 1
    return text[:end].rstrip() + "…"


def _written(value: Value) -> str:
    return value if isinstance(value, str) else f"{value:.1f}".removesuffix(".0")
