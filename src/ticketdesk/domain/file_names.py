"""Names of uploaded files, cleaned for people to read; no name of anybody's ever reaches a disk of ours.

What a reader's system would take for a folder, a device or a command of its own is taken out, and what would make a
name read otherwise than it is, such as a right-to-left override that turns ``gpj.exe`` around (Unicode UTS 55).
"""

import re
import unicodedata

MAX_LENGTH = 200
NAMELESS = "file"
# Marks, embeddings, overrides and isolates (Unicode UAX 9), line and paragraph separator, byte order mark.
_MISLEADING = re.compile("[\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]")
_RESERVED_CHARACTERS = re.compile(r'[<>:"|?*]')
# Devices of Windows, whatever comes after the first dot.
_DEVICES = re.compile(
    r"(?:con|prn|aux|nul|com[0-9\u00b9\u00b2\u00b3]|lpt[0-9\u00b9\u00b2\u00b3])(?:\.|$)", re.IGNORECASE
)
_MAX_ENDING = 20


def clean(given: str) -> str:
    """Return the last segment of ``given`` as a plain name of 1 to 200 characters; letters of any script are kept."""
    name = unicodedata.normalize("NFC", re.split(r"[/\\]", given)[-1])
    name = "".join(character for character in name if unicodedata.category(character) not in {"Cc", "Cs"})
    name = _RESERVED_CHARACTERS.sub("_", _MISLEADING.sub("", name))
    name = _shortened(" ".join(name.split()).strip(". "))
    return (f"_{name}" if _DEVICES.match(name) else name) or NAMELESS


def _shortened(name: str) -> str:
    """Leave out of the middle what is too much, so that the ending still tells what it is."""
    # One less than may be, for the underscore before the name of a device.
    if len(name) < MAX_LENGTH:
        return name
    stem, dot, ending = name.rpartition(".")
    if not dot or len(ending) > _MAX_ENDING:
        return name[: MAX_LENGTH - 1].rstrip()
    return stem[: MAX_LENGTH - 2 - len(ending)].rstrip(". ") + dot + ending
