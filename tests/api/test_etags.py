"""Conditions as RFC 9110 writes them, on one resource that has a version."""

import pytest
from tests.application import ClientFor, SignedInClient


async def create_account(staff: SignedInClient) -> str:
    answer = await staff.post("/api/v1/accounts", json={"name": "Brightpath Lending"})
    return str(answer.headers["location"])


@pytest.mark.parametrize(
    ("condition", "status"),
    [
        ('"1"', 200),
        ("*", 200),
        ('"7" \t,  "1"', 200),
        ('"a,b", "1"', 200),
        ('"a,b"', 412),
        ('"a\\b", W/"c"', 412),
        ('""', 412),
        # A weak tag never matches here (RFC 9110 section 13.1.1).
        ('W/"1"', 412),
        (", ".join(['"7"'] * 19 + ['"1"']), 200),
        (", ".join(['"7"'] * 20 + ['"1"']), 422),
        ("1", 422),
        ("", 422),
        ('"1",', 422),
        ('"1" "2"', 422),
        ('"a"b"', 422),
        ("*, *", 422),
    ],
)
async def test_if_match_takes_lists_of_entity_tags(client_for: ClientFor, condition: str, status: int) -> None:
    staff = await client_for("lead")
    account = await create_account(staff)
    answer = await staff.patch(account, json={"name": "Brightpath"}, headers={"If-Match": condition})
    assert answer.status_code == status


@pytest.mark.parametrize(
    ("condition", "status"),
    [('"1"', 304), ('W/"1"', 304), ('"a,1"', 200), ('"a,b" , W/"1"', 304), ("*", 304), ("1", 422)],
)
async def test_if_none_match_takes_lists_of_entity_tags(client_for: ClientFor, condition: str, status: int) -> None:
    staff = await client_for("lead")
    answer = await staff.get(await create_account(staff), headers={"If-None-Match": condition})
    assert answer.status_code == status
