import pytest
from hypothesis import given
from hypothesis import strategies as st

from ticketdesk.domain.ports import SealBroken
from ticketdesk.integrations.seals import AesGcmSealer

SEALER = AesGcmSealer("a signing key of 32 bytes or more")
OTHER = AesGcmSealer("another signing key of that length")


@given(st.binary(), st.binary())
def test_what_was_sealed_opens_for_its_context(content: bytes, context: bytes) -> None:
    assert SEALER.unseal(SEALER.seal(content, context), context) == content


@given(st.binary(min_size=8), st.binary(), st.binary())
def test_nothing_else_opens_it(content: bytes, context: bytes, other: bytes) -> None:
    sealed = SEALER.seal(content, context)
    assert content not in sealed
    for sealer, tried in ((OTHER, context), (SEALER, context + other + b"!")):
        with pytest.raises(SealBroken):
            sealer.unseal(sealed, tried)


@given(st.binary(), st.data())
def test_an_altered_seal_is_broken(content: bytes, data: st.DataObject) -> None:
    sealed = bytearray(SEALER.seal(content, b"context"))
    sealed[data.draw(st.integers(0, len(sealed) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises(SealBroken):
        SEALER.unseal(bytes(sealed), b"context")


@pytest.mark.parametrize("sealed", [b"", b"short", b"x" * 12, b"x" * 28])
def test_what_is_no_seal_is_refused(sealed: bytes) -> None:
    with pytest.raises(SealBroken):
        SEALER.unseal(sealed, b"context")


def test_the_same_content_is_sealed_differently_each_time() -> None:
    assert SEALER.seal(b"content", b"context") != SEALER.seal(b"content", b"context")
