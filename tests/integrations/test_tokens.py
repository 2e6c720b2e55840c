"""Tokens, and every way known to us in which one that is not ours could pass for one."""

import base64
import hashlib
import hmac
import json
import string
import tracemalloc
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from jose import jws

from ticketdesk.domain.errors import NotAuthenticated
from ticketdesk.domain.ports import TokenClaims, TokenPurpose
from ticketdesk.integrations.tokens import HEADER, MAX_LENGTH, JoseSigner

KEY = "a signing key of 32 bytes or more"
OTHER_KEY = "another signing key of that length"
NOW = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
# Fixed, because ids of tests are made of them.
SESSION, USER = UUID("01978c1e-5f3a-7c00-8000-000000000001"), UUID("01978c1e-5f3a-7c00-8000-000000000002")
TICKET = UUID("01978c1e-5f3a-7c00-8000-000000000003")
CLAIMS = TokenClaims(TokenPurpose.ACCESS, SESSION, USER, NOW, NOW + timedelta(minutes=15))
LINK = replace(CLAIMS, purpose=TokenPurpose.LINK, ticket_id=TICKET)
BASE64URL = string.ascii_letters + string.digits + "-_"
SIGNER = JoseSigner([KEY])


def segment(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def sign(payload: bytes, header: str = HEADER, key: str = KEY, digest: str = "sha256") -> str:
    """Sign without jose, so that what jose would refuse to make can be made."""
    signing_input = f"{header}.{segment(payload)}"
    return f"{signing_input}.{segment(hmac.digest(key.encode(), signing_input.encode(), digest))}"


def payload_of(claims: TokenClaims = CLAIMS, /, **changes: Any) -> dict[str, Any]:
    payload = {
        "iss": "ticketdesk",
        "aud": claims.purpose.value,
        "sub": str(claims.subject),
        "jti": str(claims.token_id),
        "iat": int(claims.issued_at.timestamp()),
        "exp": int(claims.expires_at.timestamp()),
    }
    ticket = {"tid": str(claims.ticket_id)} if claims.ticket_id else {}
    return payload | ticket | changes


def encode(payload: object) -> bytes:
    return json.dumps(payload, separators=(",", ":")).encode()


def assert_refused(token: str, purpose: TokenPurpose = TokenPurpose.ACCESS, signer: JoseSigner = SIGNER) -> None:
    with pytest.raises(NotAuthenticated) as refusal:
        signer.verify(token, {purpose}, NOW)
    assert refusal.value.__cause__ is None
    assert len(token) < 8 or token not in refusal.value.detail


def test_these_tests_can_make_a_token_that_passes() -> None:
    assert sign(encode(payload_of())) == SIGNER.issue(CLAIMS)
    assert SIGNER.verify(sign(encode(payload_of())), {TokenPurpose.ACCESS}, NOW) == CLAIMS


@given(
    st.sampled_from(TokenPurpose),
    st.uuids(),
    st.uuids(),
    st.uuids(),
    st.datetimes(datetime(1970, 1, 2), datetime(2990, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - hypothesis adds it
    st.timedeltas(timedelta(seconds=1), timedelta(days=3650)),
)
def test_token_says_what_was_put_in(
    purpose: TokenPurpose, token_id: UUID, subject: UUID, ticket: UUID, at: datetime, lifetime: timedelta
) -> None:
    at, lifetime = at.replace(microsecond=0), timedelta(seconds=int(lifetime.total_seconds()))
    claims = TokenClaims(
        purpose, token_id, subject, at, at + lifetime, ticket if purpose is TokenPurpose.LINK else None
    )

    token = SIGNER.issue(claims)

    assert len(token) <= MAX_LENGTH // 2
    assert SIGNER.verify(token, {purpose}, at) == claims


def test_token_is_what_the_rfc_says() -> None:
    header, payload, signature = SIGNER.issue(LINK).split(".")

    assert json.loads(base64.urlsafe_b64decode(header + "==")) == {"alg": "HS256", "typ": "JWT"}
    assert json.loads(base64.urlsafe_b64decode(payload + "==")) == payload_of(LINK)
    expected = hmac.new(KEY.encode(), f"{header}.{payload}".encode(), hashlib.sha256).digest()
    assert base64.urlsafe_b64decode(signature + "=") == expected


@pytest.mark.parametrize("offset", [timedelta(0), timedelta(microseconds=1), timedelta(days=9999)])
def test_expired_token_is_refused(offset: timedelta) -> None:
    token = SIGNER.issue(CLAIMS)

    assert SIGNER.verify(token, {TokenPurpose.ACCESS}, CLAIMS.expires_at - timedelta(microseconds=1)) == CLAIMS
    with pytest.raises(NotAuthenticated):
        SIGNER.verify(token, {TokenPurpose.ACCESS}, CLAIMS.expires_at + offset)


@pytest.mark.parametrize("issued_for", TokenPurpose)
@pytest.mark.parametrize("used_for", TokenPurpose)
def test_token_serves_the_purpose_it_was_made_for_alone(issued_for: TokenPurpose, used_for: TokenPurpose) -> None:
    token = SIGNER.issue(replace(LINK, purpose=issued_for))

    if issued_for is used_for:
        assert SIGNER.verify(token, {used_for}, NOW).purpose is used_for
    else:
        assert_refused(token, used_for)


def test_any_key_verifies_and_the_newest_signs() -> None:
    before, after, later = JoseSigner([KEY]), JoseSigner([OTHER_KEY, KEY]), JoseSigner([OTHER_KEY])
    old, new = before.issue(CLAIMS), after.issue(CLAIMS)

    assert after.verify(old, {TokenPurpose.ACCESS}, NOW) == CLAIMS
    assert after.verify(new, {TokenPurpose.ACCESS}, NOW) == CLAIMS
    assert later.verify(new, {TokenPurpose.ACCESS}, NOW) == CLAIMS
    assert_refused(new, signer=before)
    assert_refused(old, signer=later)


@pytest.mark.parametrize("keys", [[], [""], ["short"], ["k" * 31], [KEY, ""]])
def test_signer_without_a_key_of_size_cannot_be_made(keys: list[str]) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        JoseSigner(keys)


def test_key_that_looks_like_a_set_of_keys_is_its_bytes() -> None:
    key = '{"a": "", "b": "no HMAC key at all, padding"}'
    token = sign(encode(payload_of()), key=key)

    assert JoseSigner([key]).verify(token, {TokenPurpose.ACCESS}, NOW) == CLAIMS
    assert_refused(sign(encode(payload_of()), key=""), signer=JoseSigner([key]))


@pytest.mark.parametrize("key", ["", OTHER_KEY, KEY.upper(), KEY + "\n", HEADER])
def test_token_of_another_key_is_refused(key: str) -> None:
    assert_refused(sign(encode(payload_of()), key=key))


@given(st.integers(min_value=0), st.sampled_from(BASE64URL + ".=+/ \n\u00e4\x00"))
def test_one_character_changed_and_it_is_refused(position: int, character: str) -> None:
    token = SIGNER.issue(LINK)
    position %= len(token)
    assume(token[position] != character)

    assert_refused(token[:position] + character + token[position + 1 :], TokenPurpose.LINK)


@given(st.integers(min_value=0), st.sampled_from(BASE64URL + ".=+/ \n\t\u00e4\x00"))
def test_one_character_inserted_and_it_is_refused(position: int, character: str) -> None:
    token = SIGNER.issue(LINK)
    position %= len(token) + 1

    assert_refused(token[:position] + character + token[position:], TokenPurpose.LINK)


def test_signature_has_one_spelling() -> None:
    token = SIGNER.issue(CLAIMS)
    # The last character of 43 carries four bits of the signature and two spare ones, which decoders ignore.
    twins = [token[:-1] + last for last in BASE64URL if last != token[-1]]
    same_bits = [
        twin
        for twin in twins
        if base64.urlsafe_b64decode(twin[-43:] + "=") == base64.urlsafe_b64decode(token[-43:] + "=")
    ]

    assert len(same_bits) == 3
    assert all(jws.verify(twin, KEY, ["HS256"]) for twin in same_bits), "jose has become strict: simplify"
    for twin in twins:
        assert_refused(twin)


@pytest.mark.parametrize("tail", ["=", "==", "A", "AA", ".", "..", "\n", " ", "\x00", "!", "%3D", ".AAAA"])
def test_nothing_may_follow(tail: str) -> None:
    assert_refused(SIGNER.issue(CLAIMS) + tail)


@pytest.mark.parametrize(
    "header",
    [
        b'{"alg":"none","typ":"JWT"}',
        b'{"alg":"None","typ":"JWT"}',
        b'{"typ":"JWT","alg":"HS256"}',
        b'{"alg":"HS256"}',
        b'{"alg": "HS256", "typ": "JWT"}',
        b'{"alg":"HS256","kid":"1","typ":"JWT"}',
        b'{"alg":"HS256","typ":"JWT","crit":["exp"]}',
        b'{"alg":"HS256","typ":"JWT","jwk":{"kty":"oct","k":""}}',
        b'{"alg":["HS256"],"typ":"JWT"}',
        b'{"alg":"RS256","typ":"JWT"}',
        b'{"alg":{},"typ":"JWT"}',
        b"[" * 500,
        b"null",
        b"\xff",
        b"",
    ],
)
def test_header_that_is_not_ours_is_refused(header: bytes) -> None:
    assert_refused(sign(encode(payload_of()), header=segment(header)))


@pytest.mark.parametrize("digest", ["sha384", "sha512"])
def test_other_algorithm_is_refused(digest: str) -> None:
    header = segment(encode({"alg": f"HS{digest[3:]}", "typ": "JWT"}))

    assert_refused(sign(encode(payload_of()), header, digest=digest))
    assert_refused(sign(encode(payload_of()), digest=digest))


@pytest.mark.parametrize("header", [HEADER, segment(b'{"alg":"none","typ":"JWT"}'), segment(b'{"alg":"none"}')])
@pytest.mark.parametrize("signature", ["", segment(bytes(32)), "."])
def test_token_without_a_signature_is_refused(header: str, signature: str) -> None:
    assert_refused(f"{header}.{segment(encode(payload_of()))}.{signature}")


@pytest.mark.parametrize("claim", payload_of(LINK))
def test_every_claim_is_required(claim: str) -> None:
    payload = payload_of(LINK)
    del payload[claim]

    assert_refused(sign(encode(payload)), TokenPurpose.LINK)
    assert_refused(sign(encode(payload | {claim: None})), TokenPurpose.LINK)


@pytest.mark.parametrize("extra", ["nbf", "role", "scope", "tid", ""])
def test_no_other_claim_is_taken(extra: str) -> None:
    assert_refused(sign(encode(payload_of(**{extra: str(uuid4())}))))


@pytest.mark.parametrize(
    ("claim", "value"),
    [
        ("iss", "Ticketdesk"),
        ("iss", ["ticketdesk"]),
        ("aud", ["access"]),
        ("aud", "access,link"),
        ("aud", ""),
        ("sub", str(CLAIMS.subject).upper()),
        ("sub", f"urn:uuid:{CLAIMS.subject}"),
        ("sub", CLAIMS.subject.hex),
        ("sub", 7),
        ("sub", [str(CLAIMS.subject)]),
        ("jti", ""),
        ("jti", "\u0661" * 32),
        ("iat", True),
        ("iat", "1772463600"),
        ("iat", 10**30),
        ("iat", int((CLAIMS.expires_at + timedelta(seconds=1)).timestamp())),
        ("exp", True),
        ("exp", 1e12),
        ("exp", 1772463600.0),
        ("exp", "9999999999"),
        ("exp", 10**12),
        ("exp", 10**400),
        ("exp", -1),
        ("exp", 0),
        ("exp", float("inf")),
        ("exp", float("nan")),
        ("exp", {}),
    ],
)
def test_claim_of_another_kind_is_refused(claim: str, value: object) -> None:
    assert_refused(sign(encode(payload_of(**{claim: value}))))


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"null",
        b"[]",
        b'"text"',
        b"7",
        b"{",
        b"\xff\xfe",
        b"{}" * 2,
        b"[" * 600,
        b'{"a":' * 120,
        b"9" * 600,
        SIGNER.issue(CLAIMS).encode(),
        encode(SIGNER.issue(CLAIMS)),
    ],
)
def test_signed_payload_that_is_no_set_of_claims_is_refused(payload: bytes) -> None:
    assert_refused(sign(payload))


def test_token_in_a_token_is_refused() -> None:
    token = SIGNER.issue(CLAIMS)

    assert_refused(jws.sign(token.encode(), KEY, algorithm="HS256"))
    assert_refused(jws.sign({"token": token}, KEY, algorithm="HS256"))
    assert_refused(f"{HEADER}.{segment(token.encode())}.{token.rpartition('.')[2]}")


@pytest.mark.parametrize("piece", ["A", ".", "\u00e4", "=", "[", HEADER + "."])
def test_huge_token_is_refused_without_being_taken_apart(piece: str) -> None:
    token = piece * (5_000_000 // len(piece))

    tracemalloc.start()
    try:
        with pytest.raises(NotAuthenticated):
            SIGNER.verify(token, {TokenPurpose.ACCESS}, NOW)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 100_000


def test_length_is_bounded_whatever_the_signature_says() -> None:
    padded = encode(payload_of()) + b" " * 600

    assert SIGNER.verify(sign(padded[:-100]), {TokenPurpose.ACCESS}, NOW) == CLAIMS
    assert_refused(sign(padded))


@given(st.text() | st.binary().map(lambda data: data.decode("latin-1")))
def test_any_text_is_refused(token: str) -> None:
    assert_refused(token)


@given(st.text(), st.text(), st.text(alphabet=BASE64URL, min_size=43, max_size=43))
def test_any_three_segments_are_refused(header: str, payload: str, signature: str) -> None:
    assert_refused(f"{header}.{payload}.{signature}")
    assert_refused(f"{HEADER}.{payload}.{signature}")


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | st.text(), st.lists, max_leaves=8))
def test_any_signed_json_is_refused(payload: object) -> None:
    assert_refused(sign(encode(payload)))


@given(st.dictionaries(st.sampled_from(sorted(payload_of())), st.integers() | st.text() | st.booleans(), min_size=1))
def test_any_other_values_are_refused(changes: dict[str, Any]) -> None:
    payload = payload_of() | changes
    assume(
        any(payload[claim] != value or type(payload[claim]) is not type(value) for claim, value in payload_of().items())
    )
    assume(set(changes) - {"iat", "exp"} or any(type(value) is not int for value in changes.values()))

    assert_refused(sign(encode(payload)))
