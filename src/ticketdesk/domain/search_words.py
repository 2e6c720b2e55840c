"""The words that people are found by: the same for what is stored and for what is typed into a search box."""

import re
from unicodedata import category, normalize

_WORD = re.compile(r"[^\W_]+")
MAX_WORDS = 12


def words(*texts: str | None) -> list[str]:
    """Return the words of ``texts`` in order: letters and digits alone, without case, accents and repetitions.

    An address comes apart at every other character, so that its domain can be searched for.
    """
    folded = normalize("NFKD", " ".join(text for text in texts if text)).casefold()
    plain = "".join(character for character in folded if category(character) != "Mn")
    return list(dict.fromkeys(_WORD.findall(normalize("NFC", plain))))
