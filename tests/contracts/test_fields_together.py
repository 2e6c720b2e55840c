"""Which fields go together: what the contract refuses of an object as a whole is what the program refuses."""

from itertools import product
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from tests.application import ClientFor
from tests.contract import CONTRACT
from tests.factories.contacts import create_contact
from tests.factories.monitored_items import put_item, report

from ticketdesk.bootstrap import Resources

NOBODY = "0199a1b2-7c3d-7e4f-8a5b-6c7d8e9f0a1b"
PERSON = {"name": "Anna Berg", "email": "anna.berg@brightpath.example"}
CODES = {
    "one_selector",
    "one_source",
    "ids_or_all",
    "contact_ambiguous",
    "contact_unidentified",
    "title_required",
    "recipient_required",
    "category_or_product_required",
    "missing",
    "not_away",
    "route_required",
    "route_ambiguous",
    "route_not_allowed",
    "one_addressee",
}


def bodies(fixed: dict[str, Any], **fields: tuple[Any, ...]) -> list[dict[str, Any]]:
    """Return ``fixed`` with every choice of values for the fields; each may also be left out."""
    drawn = product(*([*((name, value) for value in values), None] for name, values in fields.items()))
    return [fixed | dict(pair for pair in pairs if pair is not None) for pairs in drawn]


def allows(schema: str, body: dict[str, Any]) -> bool:
    root = {"$ref": f"#/components/schemas/{schema}", "components": CONTRACT["components"]}
    return Draft202012Validator(root).is_valid(body)


@pytest.mark.parametrize(
    ("method", "path", "schema", "cases"),
    [
        (
            "POST",
            "/dispatches",
            "DispatchCreate",
            bodies({}, ticket_ids=([NOBODY], None), contact_id=(NOBODY, None), filter=({}, None), all=(True, None)),
        ),
        ("POST", "/notifications/read", "NotificationsRead", bodies({}, ids=([NOBODY], None), all=(True, False))),
        (
            "PUT",
            "/monitored-items",
            "MonitoredItemReport",
            [
                *bodies(report(), contact_id=("{contact}", None), contact=(PERSON, None)),
                *(report(contact=person) for person in bodies({"name": "Ada"}, email=(None,), external_id=("7", None))),
            ],
        ),
        (
            "POST",
            f"/compilations/{NOBODY}/questionnaires/{NOBODY}/items",
            "QuestionnaireItemsAdd",
            bodies({}, question_id=(NOBODY, None), section_id=(NOBODY, None), document_id=(NOBODY, None)),
        ),
        (
            "PUT",
            "/users/{user}/availability",
            "AvailabilityUpdate",
            bodies({}, is_away=(True, False), away_until=("2026-03-03T15:00:00Z", None)),
        ),
        (
            "POST",
            "/categories",
            "CategoryCreate",
            bodies(
                {"name": "{name}"},
                assignment_mode=("routed", "manual", None),
                routed_user_id=(NOBODY, None),
                routed_team_id=(NOBODY, None),
            ),
        ),
        (
            "POST",
            "/tickets",
            "TicketCreate",
            bodies(
                {"kind": "corrective"},
                title=("Correct it", None),
                contact_id=("{contact}", None),
                recipient=(PERSON, None),
                monitored_item_id=("{item}", None),
                apply_prefill=(False, True),
            ),
        ),
        (
            "POST",
            "/tickets",
            "TicketCreate",
            bodies(
                {"kind": "support", "title": "Swap it", "contact_id": "{contact}"},
                category_id=(NOBODY, None),
                product_id=(NOBODY, None),
            ),
        ),
        (
            "POST",
            "/tickets",
            "TicketCreate",
            [
                {"kind": "task", "title": "Yearly review", "addressees": [person]}
                for person in bodies(
                    {}, user_id=(NOBODY, None), contact_id=(NOBODY, None), email=(PERSON["email"], None)
                )
            ],
        ),
    ],
)
async def test_the_contract_refuses_the_objects_that_the_program_refuses(
    client_for: ClientFor, resources: Resources, method: str, path: str, schema: str, cases: list[dict[str, Any]]
) -> None:
    staff = await client_for("lead")
    known = {"{contact}": str(await create_contact(resources, "Anna Berg", PERSON["email"]))}
    known["{name}"] = "Website edit"
    known["{item}"] = (await put_item(staff, contact=PERSON))["id"]
    seen = set()
    for case in cases:
        body = {name: known.get(value, value) if isinstance(value, str) else value for name, value in case.items()}
        answer = await staff.request(method, f"/api/v1{path.format(user=staff.person_id)}", json=body)
        is_refused = answer.status_code == 422 and bool({error["code"] for error in answer.json()["errors"]} & CODES)
        assert is_refused != allows(schema, body), (body, answer.text)
        seen.add(is_refused)
    assert seen == {True, False}
