from typing import Any

import pytest
from tests.application import ClientFor, SignedInClient
from tests.factories.contacts import create_contact, create_contact_without_address
from tests.factories.users import create_team

from ticketdesk.bootstrap import Resources
from ticketdesk.domain.permissions import BY_ROLE, Role

ME = "/api/v1/me"


@pytest.mark.parametrize("role", Role)
async def test_user_sees_who_they_are_and_what_they_may_do(client_for: ClientFor, role: Role) -> None:
    client = await client_for(role, name="Ada", email="ada@desk.example")

    answer = await client.get(ME)

    assert answer.status_code == 200
    assert answer.json() == {
        "kind": "user",
        "id": str(client.person_id),
        "name": "Ada",
        "email": "ada@desk.example",
        "role": role,
        "team": None,
        "permissions": sorted(BY_ROLE[role]),
    }


async def test_team_is_shown(client_for: ClientFor, resources: Resources) -> None:
    ada = await client_for("agent")
    await create_team(resources, "Compliance", ada.person_id)

    assert (await ada.get(ME)).json()["team"] == "Compliance"


async def test_contact_sees_who_they_are(client_for: ClientFor, resources: Resources) -> None:
    carla = await client_for.portal(await create_contact(resources, "Carla", "carla@example.org", "c@example.org"))
    nameless = await client_for.portal(await create_contact_without_address(resources))

    assert (await carla.get(ME)).json() == {
        "kind": "contact",
        "id": str(carla.person_id),
        "name": "Carla",
        "email": "carla@example.org",
        "role": None,
        "team": None,
        "permissions": ["portal", "profile:read"],
    }
    assert (await nameless.get(ME)).json()["email"] is None


@pytest.mark.parametrize(
    "authorization",
    [
        None,
        "",
        "Bearer",
        "Bearer ",
        "Bearer x",
        "Bearer td_x",
        "Bearer a.b.c",
        "Bearer \u00e4",
        "Bearer " + "x" * 20_000,
        "Bearer null",
        "Basic YWRhOnBhc3N3b3Jk",
        "Token {token}",
        "{token}",
        "Bearer {token} {token}",
        "Bearer {token}x",
        "Bearer, {token}",
    ],
)
async def test_without_a_credential_that_holds_nobody_comes_in(
    client_for: ClientFor, anonymous: SignedInClient, authorization: str | None
) -> None:
    token = (await client_for("agent")).headers["authorization"].removeprefix("Bearer ")
    headers: dict[str, Any] = {}
    if authorization is not None:
        headers["Authorization"] = authorization.replace("{token}", token).encode("latin-1")

    answer = await anonymous.get(ME, headers=headers)

    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == 'Bearer realm="ticketdesk"'
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] == "not_authenticated"
    assert token not in answer.text


async def test_scheme_is_read_in_any_case(client_for: ClientFor, anonymous: SignedInClient) -> None:
    token = (await client_for("agent")).headers["authorization"].removeprefix("Bearer ")

    assert (await anonymous.get(ME, headers={"Authorization": f"bEARER  {token}"})).status_code == 200


async def test_credential_in_the_address_is_none(client_for: ClientFor, anonymous: SignedInClient) -> None:
    token = (await client_for("agent")).headers["authorization"].removeprefix("Bearer ")

    answer = await anonymous.get(f"{ME}?access_token={token}")

    assert answer.status_code == 422
    assert token not in answer.text
