"""What a row of an imported file means for the people who are known already."""

from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ticketdesk.domain.contact_imports import ImportOutcome, KnownPerson, Row, account_key, plan

ANNA = KnownPerson(UUID(int=1), "Anna", ("a@x.example", "anna@x.example"), "Brightpath", UUID(int=9), external_id="7")
BO = KnownPerson(UUID(int=2), "Bo", ("b@x.example",))
ADA = KnownPerson(UUID(int=3), "Ada", external_id="8")
PEOPLE = (ANNA, BO, ADA)


def outcome(**cells: Any) -> tuple[str, Any]:
    (planned,) = plan([Row(2, **cells)], PEOPLE, ambiguous_accounts=["twice"])
    return planned.outcome.value, planned.person or [(error.pointer, error.code) for error in planned.errors]


@pytest.mark.parametrize(
    ("cells", "person"),
    [
        ({"name": "Cy", "email": "c@x.example"}, KnownPerson(None, "Cy", ("c@x.example",))),
        ({"name": "Cy", "external_id": "9"}, KnownPerson(None, "Cy", external_id="9")),
        (
            {"name": "Cy", "email": "c@x.example", "account": "New", "job_title": "J", "phone": "1"},
            KnownPerson(None, "Cy", ("c@x.example",), "New", None, "J", "1"),
        ),
    ],
)
def test_unknown_people_are_created(cells: dict[str, Any], person: KnownPerson) -> None:
    assert outcome(**cells) == ("created", person)


@pytest.mark.parametrize(
    "cells",
    [
        {"name": "Anna", "email": "a@x.example", "external_id": "7"},
        {"external_id": "7"},
        {"email": "A@X.example"},
        {"email": "a@x.example", "account": " BRIGHTPATH "},
    ],
)
def test_what_is_known_already_changes_nothing(cells: dict[str, Any]) -> None:
    assert outcome(**cells) == ("unchanged", ANNA)


@pytest.mark.parametrize(
    ("cells", "changes"),
    [
        ({"external_id": "7", "name": "Anna Berg"}, {"name": "Anna Berg"}),
        ({"external_id": "7", "email": "anna@x.example"}, {"addresses": ("anna@x.example", "a@x.example")}),
        (
            {"external_id": "7", "email": "new@x.example"},
            {"addresses": ("new@x.example", "a@x.example", "anna@x.example")},
        ),
        ({"email": "a@x.example", "account": "Northwind"}, {"account": "Northwind", "account_id": None}),
        ({"external_id": "7", "phone": "2", "job_title": "J"}, {"phone": "2", "job_title": "J"}),
    ],
)
def test_what_is_new_about_known_people_is_updated(cells: dict[str, Any], changes: dict[str, Any]) -> None:
    fields = {name: getattr(ANNA, name) for name in KnownPerson.__dataclass_fields__}
    assert outcome(**cells) == ("updated", KnownPerson(**(fields | changes)))


def test_an_external_id_is_added_to_whom_the_address_belongs() -> None:
    assert outcome(email="b@x.example", external_id="9") == (
        "updated",
        KnownPerson(BO.id, "Bo", ("b@x.example",), external_id="9"),
    )


@pytest.mark.parametrize(
    ("cells", "error"),
    [
        ({"email": "c@x.example"}, ("/name", "name_required")),
        ({"external_id": "9"}, ("/name", "name_required")),
        ({"name": "Cy"}, ("/email", "contact_unidentified")),
        ({"name": "Ada", "external_id": "8", "email": "b@x.example"}, ("/email", "address_taken")),
        ({"name": "Anna", "external_id": "9", "email": "a@x.example"}, ("/email", "address_taken")),
        ({"name": "Cy", "email": "c@x.example", "account": "TWICE"}, ("/account", "account_ambiguous")),
    ],
)
def test_rows_that_fail(cells: dict[str, Any], error: tuple[str, str]) -> None:
    assert outcome(**cells) == ("failed", [error])


def test_the_same_person_twice_fails_the_second_time() -> None:
    rows = [
        Row(2, "Cy", "c@x.example"),
        Row(3, "Cy", "C@x.example"),
        Row(4, "Di", "d@x.example", external_id="9"),
        Row(5, "Di", "other@x.example", external_id="9"),
        Row(6, email="a@x.example"),
        Row(7, external_id="7"),
    ]
    planned = plan(rows, PEOPLE)
    assert [row.outcome.value for row in planned] == ["created", "failed", "created", "failed", "unchanged", "failed"]
    assert [error.detail for row in planned for error in row.errors] == [
        f"Row {number} is about the same person." for number in (2, 4, 6)
    ]


def test_a_row_that_fails_claims_nobody() -> None:
    rows = [Row(2, email="c@x.example"), Row(3, "Cy", "c@x.example")]
    assert [row.outcome.value for row in plan(rows, ())] == ["failed", "created"]


def test_spellings_of_an_account() -> None:
    assert account_key(" Brightpath\u00a0 LENDING ") == account_key("brightpath lending")


emails = st.sampled_from(["a@x.example", "A@x.example", "b@x.example", "c@x.example", None])
external_ids = st.sampled_from(["7", "8", "9", None])
rows = st.lists(st.builds(Row, st.just(2), st.sampled_from(["N", None]), emails, external_id=external_ids), max_size=8)


@given(rows)
def test_no_address_and_no_external_id_is_given_to_two(given_rows: list[Row]) -> None:
    planned = plan(given_rows, PEOPLE)
    after = {person.id: person for person in PEOPLE}
    created = [row.person for row in planned if row.person and row.outcome is ImportOutcome.CREATED]
    after |= {row.person.id: row.person for row in planned if row.person and row.person.id}
    everybody = [*after.values(), *created]
    addresses = [address.lower() for person in everybody for address in person.addresses]
    names = [person.external_id for person in everybody if person.external_id]
    assert len(addresses) == len(set(addresses))
    assert len(names) == len(set(names))


@given(rows)
def test_importing_again_changes_nothing(given_rows: list[Row]) -> None:
    planned = plan(given_rows, PEOPLE)
    good = [row for row, done in zip(given_rows, planned, strict=True) if done.person]
    people = {person.id or UUID(int=100 + n): person for n, person in enumerate([*PEOPLE])}
    for n, done in enumerate(planned):
        if done.person:
            person_id = done.person.id or UUID(int=200 + n)
            fields = {name: getattr(done.person, name) for name in KnownPerson.__dataclass_fields__}
            people[person_id] = KnownPerson(**(fields | {"id": person_id}))
    assert {row.outcome.value for row in plan(good, people.values())} <= {"unchanged"}
