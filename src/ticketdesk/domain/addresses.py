"""When two spellings of an e-mail address mean one mailbox."""

from unicodedata import normalize

# RFC 3490 section 3.1: these separate the labels of a domain just as the full stop does.
_OTHER_DOTS = str.maketrans("\u3002\uff0e\uff61", "...")

# RFC 1035 section 2.3.4. Nothing longer is a name, and encoding takes time that grows with the square of the length.
_LONGEST_LABEL = 63


def normalise(address: str) -> str:
    """Return the key of the mailbox that ``address`` names: equal keys, one mailbox.

    Outer white space, letter case, Unicode composition and the spelling of an international domain (U-label or
    A-label) make no difference. Anything else does: what a server makes of dots or ``+tags`` is its own affair.
    Never raises; text that is no address gets a key too.
    """
    local, at, domain = normalize("NFC", address.strip()).rpartition("@")
    return _lower(local) + at + ".".join(_to_ascii(label) for label in _labels(domain))


def is_same(one: str, other: str) -> bool:
    """Tell whether two addresses name one mailbox."""
    return normalise(one) == normalise(other)


def _lower(text: str) -> str:
    """Lower the case. Not ``casefold``: it makes one of Weiß and Weiss, who may be two people."""
    return normalize("NFC", text.lower())


def _labels(domain: str) -> list[str]:
    labels = normalize("NFKC", domain.translate(_OTHER_DOTS)).lower().split(".")
    return ".".join(label.strip() for label in labels).rstrip(".").split(".")


def _to_ascii(label: str) -> str:
    """Return the A-label (RFC 5890 section 2.3.2.1). Not the ``idna`` codec: it knows IDNA2003 alone, and raises."""
    label = normalize("NFC", label)
    if label.isascii() or len(label) > _LONGEST_LABEL:
        return label
    return "xn--" + label.encode("punycode").decode("ascii")
