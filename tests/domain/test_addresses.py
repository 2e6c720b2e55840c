import pytest
from hypothesis import given
from hypothesis import strategies as st

from ticketdesk.domain.addresses import is_same, normalise


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("ann@example.com", "ann@example.com"),
        ("  Ann@Example.COM\t", "ann@example.com"),
        ("ann@example.com.", "ann@example.com"),
        ("JOSE\u0301@example.com", "jos\u00e9@example.com"),
        ("ann@B\u00dcCHER.example", "ann@xn--bcher-kva.example"),
        ("ann@bu\u0308cher.example", "ann@xn--bcher-kva.example"),
        ("ann@XN--BCHER-KVA.example", "ann@xn--bcher-kva.example"),
        ("ann@例え。jp", "ann@xn--r8jz45g.jp"),
        ('"a@b"@example.com', '"a@b"@example.com'),
        ("ann+tag@example.com", "ann+tag@example.com"),
        ("not an address", "not an address"),
        ("", ""),
        ("ann@" + "Ü" * 100_000, "ann@" + "ü" * 100_000),
        ("ann@\ud800.example", "ann@xn--ib9b.example"),
    ],
)
def test_the_key_of_an_address(address: str, key: str) -> None:
    assert normalise(address) == key


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ann@example.com", "anne@example.com"),
        ("ann@example.com", "ann@example.org"),
        ("ann.lee@example.com", "annlee@example.com"),
        ("weiß@example.com", "weiss@example.com"),
        ("ann@straße.example", "ann@strasse.example"),
    ],
)
def test_different_mailboxes_stay_apart(one: str, other: str) -> None:
    assert not is_same(one, other)


@given(st.text() | st.tuples(st.text(), st.text()).map("@".join))
def test_a_key_is_its_own_key(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


@given(st.from_regex(r"[a-z0-9._+-]{1,20}@[a-z0-9-]{1,20}\.[a-z]{2,5}", fullmatch=True), st.data())
def test_case_and_outer_space_never_matter(address: str, data: st.DataObject) -> None:
    flips = data.draw(st.lists(st.booleans(), min_size=len(address), max_size=len(address)))
    shouted = "".join(letter.upper() if flip else letter for letter, flip in zip(address, flips, strict=True))
    assert is_same(address, f" {shouted}\n")
