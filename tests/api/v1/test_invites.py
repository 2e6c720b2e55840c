"""Invites: bound to an address, used once, ended, sent again; and what becomes of who registers."""

import asyncio
from collections import Counter
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import update
from tests.application import ClientFor, FrozenClock, SignedInClient
from tests.factories.contacts import create_contact, create_contact_without_address
from tests.factories.guests import create_guest
from tests.factories.invites import (
    CLARA,
    INVITES,
    create_invite,
    invite_guest,
    mailed_tokens,
    read_invite,
    redeem,
    tokens_in,
)
from tests.factories.tickets import create_ticket
from tests.factories.users import PASSWORD, create_user
from tests.serving import served

from ticketdesk.bootstrap import Resources
from ticketdesk.domain.ports import TokenClaims, TokenPurpose
from ticketdesk.jobs.deliveries import send_due_messages
from ticketdesk.models.contacts import contacts
from ticketdesk.repositories.base import new_id

SESSIONS = "/api/v1/auth/sessions"
PARALLEL = 50


@pytest.fixture
async def agent(client_for: ClientFor) -> SignedInClient:
    return await client_for("agent", name="Ann Agent")


def codes(answer: httpx.Response) -> tuple[int, list[tuple[str, str]]]:
    return answer.status_code, [(error["pointer"], error["code"]) for error in answer.json()["errors"]]


async def test_an_invited_person_registers_and_is_signed_in_at_once(
    agent: SignedInClient, anonymous: SignedInClient, client_for: ClientFor, resources: Resources
) -> None:
    ticket = await create_ticket(agent, send="now", recipient=CLARA)
    invite = await create_invite(agent, contact_id=ticket["recipients"][0]["contact_id"])
    assert (invite["status"], invite["email"], invite["sends"]) == ("pending", CLARA["email"], 1)
    assert invite["contact"] == {"id": ticket["recipients"][0]["contact_id"], "name": "Clara Voss"}
    (token,) = await mailed_tokens(resources)

    answer = await redeem(anonymous, token, name="Clara V.")

    session = answer.json()
    assert (answer.status_code, answer.headers["cache-control"]) == (201, "no-store")
    assert {name: session["user"][name] for name in ("email", "name", "role", "contact_id")} == {
        "email": CLARA["email"],
        "name": "Clara V.",
        "role": "guest",
        "contact_id": invite["contact"]["id"],
    }
    guest = await client_for.bearing(session["access_token"])
    listed = (await guest.get("/api/v1/portal/tickets")).json()["items"]
    assert [one["id"] for one in listed] == [ticket["id"]]
    again = await anonymous.post(SESSIONS, json={"email": CLARA["email"], "password": PASSWORD})
    assert again.status_code == 201
    used = await read_invite(agent, invite["id"])
    assert (used["status"], used["user_id"]) == ("redeemed", session["user"]["id"])


async def test_a_mail_of_its_own_brings_the_link_and_nothing_keeps_it(
    agent: SignedInClient, resources: Resources
) -> None:
    invite = await create_invite(agent)
    await send_due_messages(resources)
    assert resources.catcher is not None
    (mail,) = resources.catcher.to(CLARA["email"])
    (token,) = tokens_in(mail)
    assert mail.subject == "You are invited to register"
    assert f"{resources.config.link_base}#/i/{token}" in mail.links
    (message,) = (await agent.get("/api/v1/messages?purpose=invitation")).json()["items"]
    assert (message["state"], message["tickets"], message["contact_id"]) == ("sent", [], invite["contact"]["id"])
    assert "#/i/…" in message["text"]
    assert token not in message["text"]


async def test_nobody_gets_a_copy_of_a_link_into_an_account(
    agent: SignedInClient, client_for: ClientFor, resources: Resources
) -> None:
    copies = {"bcc_address": "copies@desk.example"}
    assert (await (await client_for("admin")).patch("/api/v1/settings/mail", json=copies)).is_success
    await create_ticket(agent, send="now")
    await create_invite(agent)
    await send_due_messages(resources)
    assert resources.catcher is not None
    assert [tokens_in(mail) for mail in resources.catcher.to(copies["bcc_address"])] == [[]]


async def test_looking_at_an_invite_uses_nothing_up(
    agent: SignedInClient, anonymous: SignedInClient, resources: Resources
) -> None:
    await create_invite(agent)
    (token,) = await mailed_tokens(resources)
    for look in (anonymous.get(f"{INVITES}/redeem"), anonymous.head("/portal/"), anonymous.get("/portal/")):
        await look
    assert codes(await redeem(anonymous, token, password="too short")) == (422, [("/password", "password_too_short")])
    assert codes(await redeem(anonymous, token, password=CLARA["email"])) == (422, [("/password", "password_is_email")])
    assert (await redeem(anonymous, token, email="other@voss.example")).status_code == 422
    assert (await redeem(anonymous, token)).status_code == 201


async def test_of_fifty_redemptions_at_once_one_registers(
    app: FastAPI, agent: SignedInClient, resources: Resources
) -> None:
    await create_invite(agent)
    (token,) = await mailed_tokens(resources)
    limits = httpx.Limits(max_connections=PARALLEL)
    async with served(app) as address, httpx.AsyncClient(base_url=address, limits=limits, timeout=30) as client:
        answers = await asyncio.gather(*(redeem(client, token, name=f"Clara {n}") for n in range(PARALLEL)))
    assert Counter(answer.status_code for answer in answers) == {201: 1, 410: PARALLEL - 1}
    assert {answer.json()["code"] for answer in answers if answer.status_code == 410} == {"gone"}
    assert len((await agent.get("/api/v1/users?role=guest")).json()["items"]) == 1


async def test_two_invites_of_one_person_make_one_user(
    agent: SignedInClient, anonymous: SignedInClient, resources: Resources
) -> None:
    both = ("one@voss.example", "two@voss.example")
    contact_id = await create_contact(resources, "Clara Voss", *both)
    await create_invite(agent, contact_id=str(contact_id))
    second = await create_invite(agent, email=both[1], name="Clara Voss")
    tokens = [(await mailed_tokens(resources, address))[0] for address in both]
    answers = await asyncio.gather(*(redeem(anonymous, token) for token in tokens))
    assert sorted(answer.status_code for answer in answers) == [201, 410]
    states = {invite["status"] for invite in (await agent.get(INVITES)).json()["items"]}
    assert states == {"redeemed", "revoked"}
    assert (await read_invite(agent, second["id"]))["revoked_by"] is None


async def test_a_lost_answer_is_given_again_to_who_has_its_key(
    agent: SignedInClient, anonymous: SignedInClient, resources: Resources
) -> None:
    await create_invite(agent)
    (token,) = await mailed_tokens(resources)
    body = {"token": token, "name": "Clara", "password": PASSWORD}
    keyed = {"Idempotency-Key": "lost"}
    first, again = [await anonymous.post(f"{INVITES}/redeem", json=body, headers=keyed) for _ in range(2)]
    assert (first.status_code, again.status_code, again.headers["idempotent-replayed"]) == (201, 201, "true")
    assert first.json() == again.json()
    assert (await redeem(anonymous, token)).status_code == 410


async def change_contact(resources: Resources, **values: Any) -> None:
    async with resources.engine.begin() as connection:
        await connection.execute(update(contacts).values(**values))


@pytest.mark.parametrize(
    "over", ["used", "revoked", "sent again", "expired", "contact inactive", "contact has a user", "address taken"]
)
async def test_an_invite_that_is_over_is_gone_with_the_next_request(
    over: str, agent: SignedInClient, anonymous: SignedInClient, resources: Resources, clock: FrozenClock
) -> None:
    invite = await create_invite(agent)
    (token,) = await mailed_tokens(resources)
    if over == "used":
        assert (await redeem(anonymous, token)).status_code == 201
    if over == "revoked":
        assert (await agent.delete(f"{INVITES}/{invite['id']}")).status_code == 204
    if over == "sent again":
        assert (await agent.post(f"{INVITES}/{invite['id']}/resend")).status_code == 200
    if over == "expired":
        clock.advance(timedelta(days=14))
    if over == "contact inactive":
        await change_contact(resources, is_active=False)
    if over == "contact has a user":
        await create_guest(resources, UUID(invite["contact"]["id"]))
    if over == "address taken":
        await create_user(resources, email=CLARA["email"])
    answer = await redeem(anonymous, token)
    assert (answer.status_code, answer.json()["code"]) == (410, "gone")
    # Also for a password that is no good: nothing is told of an invite that is over.
    assert (await redeem(anonymous, token, password="short")).status_code == 410


async def test_an_invite_holds_until_its_last_moment(
    agent: SignedInClient, client_for: ClientFor, anonymous: SignedInClient, resources: Resources, clock: FrozenClock
) -> None:
    admin = await client_for("admin")
    assert (await admin.patch("/api/v1/settings/mail", json={"invite_valid_days": 2})).is_success
    await create_invite(agent)
    (token,) = await mailed_tokens(resources)
    clock.advance(timedelta(days=2) - timedelta(seconds=1))
    assert (await redeem(anonymous, token)).status_code == 201


async def test_one_sent_again_has_a_new_link_and_all_its_time(
    agent: SignedInClient, anonymous: SignedInClient, resources: Resources, clock: FrozenClock
) -> None:
    invite = await create_invite(agent)
    clock.advance(timedelta(days=20))
    assert (await read_invite(agent, invite["id"]))["status"] == "expired"
    renewed = (await agent.post(f"{INVITES}/{invite['id']}/resend")).json()
    assert (renewed["id"], renewed["status"], renewed["sends"]) == (invite["id"], "pending", 2)
    # The first mail was still waiting: its link is dead, so it does not go out.
    (token,) = await mailed_tokens(resources)
    purposes = (await agent.get("/api/v1/messages?purpose=invitation")).json()["items"]
    assert [message["state"] for message in purposes] == ["cancelled", "sent"]
    assert (await redeem(anonymous, token)).status_code == 201


@pytest.mark.parametrize("purpose", TokenPurpose)
async def test_a_forged_token_is_no_credential(
    purpose: TokenPurpose, agent: SignedInClient, anonymous: SignedInClient, resources: Resources
) -> None:
    await create_invite(agent)
    (token,) = await mailed_tokens(resources)
    claims = resources.signer.verify(token, {TokenPurpose.INVITE}, resources.clock.now())
    ticket_id = new_id() if purpose is TokenPurpose.LINK else None
    lifetime = timedelta(days=1)
    other = TokenClaims(purpose, claims.token_id, new_id(), claims.issued_at, claims.issued_at + lifetime, ticket_id)
    status = 410 if purpose is TokenPurpose.INVITE else 401
    assert (await redeem(anonymous, resources.signer.issue(other))).status_code == status
    for forged in (token[:-1], token + "x", "x", "a.b.c"):
        assert (await redeem(anonymous, forged)).status_code == 401
    assert (await redeem(anonymous, token)).status_code == 201


async def test_a_failed_mail_that_is_tried_again_carries_the_same_link(
    agent: SignedInClient, resources: Resources, clock: FrozenClock
) -> None:
    await create_invite(agent)
    (first,) = await mailed_tokens(resources)
    async with resources.engine.begin() as connection:
        await connection.exec_driver_sql("UPDATE messages SET state = 'failed', sent_at = NULL, finished_at = NULL")
    (message,) = (await agent.get("/api/v1/messages")).json()["items"]
    clock.advance(timedelta(days=3))
    assert (await agent.post(f"/api/v1/messages/{message['id']}/retry")).is_success
    assert await mailed_tokens(resources) == [first, first]


REFUSED: list[tuple[dict[str, Any], str, str]] = [
    ({}, "/contact_id", "recipient_required"),
    ({"email": "a@b.example"}, "/name", "name_required"),
    ({"contact_id": str(new_id())}, "/contact_id", "unknown_reference"),
    ({"contact_id": str(new_id()), **CLARA}, "/contact_id", "recipient_ambiguous"),
    ({"email": "no address", "name": "A"}, "/email", "value_error"),
]


@pytest.mark.parametrize(("body", "pointer", "code"), REFUSED)
async def test_whom_nobody_can_invite_is_named(
    agent: SignedInClient, body: dict[str, Any], pointer: str, code: str
) -> None:
    status, [(found, _)] = codes(answer := await agent.post(INVITES, json=body))
    assert (status, found) == (422, pointer), answer.text
    if code != "value_error":
        assert codes(answer)[1] == [(pointer, code)]


async def test_who_is_no_longer_there_or_has_no_address_is_not_invited(
    agent: SignedInClient, resources: Resources
) -> None:
    gone = await create_contact(resources, "Gone", "gone@voss.example", is_active=False)
    nowhere = await create_contact_without_address(resources)
    for body, error in (
        ({"contact_id": str(gone)}, ("/contact_id", "contact_inactive")),
        ({"email": "gone@voss.example", "name": "Gone"}, ("/email", "contact_inactive")),
        ({"contact_id": str(nowhere)}, ("/contact_id", "address_required")),
    ):
        assert codes(await agent.post(INVITES, json=body)) == (422, [error])


async def test_what_is_over_or_needless_conflicts(
    agent: SignedInClient, anonymous: SignedInClient, resources: Resources
) -> None:
    invite = await create_invite(agent)
    again = await agent.post(INVITES, json=CLARA)
    assert (again.status_code, again.json()["code"], again.json()["invite_id"]) == (409, "invite_stands", invite["id"])
    (token,) = await mailed_tokens(resources)
    assert (await redeem(anonymous, token)).status_code == 201
    for answer, code in (
        (await agent.post(INVITES, json=CLARA), "already_registered"),
        (await agent.post(f"{INVITES}/{invite['id']}/resend"), "invite_over"),
        (await agent.delete(f"{INVITES}/{invite['id']}"), "invite_over"),
    ):
        assert (answer.status_code, answer.json()["code"]) == (409, code)
    for missing in (await agent.post(f"{INVITES}/{new_id()}/resend"), await agent.delete(f"{INVITES}/{new_id()}")):
        assert missing.status_code == 404


async def test_a_revoked_invite_stays_revoked_and_makes_room_for_another(agent: SignedInClient) -> None:
    invite = await create_invite(agent)
    for _ in range(2):
        assert (await agent.delete(f"{INVITES}/{invite['id']}")).status_code == 204
    revoked = await read_invite(agent, invite["id"])
    assert (revoked["status"], revoked["revoked_by"]["name"]) == ("revoked", "Ann Agent")
    other = await create_invite(agent)
    assert other["id"] != invite["id"]
    for status, found in (("revoked", [invite]), ("pending", [other]), ("expired", []), ("redeemed", [])):
        listed = (await agent.get(f"{INVITES}?status={status}")).json()["items"]
        assert [one["id"] for one in listed] == [one["id"] for one in found]
    both = (await agent.get(f"{INVITES}?status=revoked&status=pending&contact_id={invite['contact']['id']}")).json()
    assert [one["id"] for one in both["items"]] == [other["id"], invite["id"]]


async def test_guests_who_are_disabled_are_not_invited_again(
    agent: SignedInClient, anonymous: SignedInClient, client_for: ClientFor, resources: Resources
) -> None:
    user_id = await invite_guest(resources, agent, anonymous)
    admin = await client_for("admin")
    assert (await admin.patch(f"/api/v1/users/{user_id}", json={"is_active": False})).is_success
    assert (await agent.post(INVITES, json=CLARA)).json()["code"] == "already_registered"
    signed_in = await anonymous.post(SESSIONS, json={"email": CLARA["email"], "password": PASSWORD})
    assert signed_in.status_code == 401
