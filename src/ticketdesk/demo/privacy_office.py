"""How the privacy office is set up: registers brought along, questions compiled, and people to ask."""

from dataclasses import dataclass
from pathlib import Path

from ticketdesk.demo import cast
from ticketdesk.demo.callers import Caller, Json, expect
from ticketdesk.demo.mailboxes import invite_links, register
from ticketdesk.demo.narration import quoted
from ticketdesk.demo.stages import Stage

REGISTERS = Path(__file__).parent / "registers"
PROCESSING, PROTECTION = "How data is processed", "How data is protected"


@dataclass(frozen=True, slots=True)
class PrivacyOffice:
    """What the morning goes by: documents by module, questionnaires by name, and ids of those who are asked.

    ``guest`` is the session of Dana, who has registered.
    """

    documents: dict[str, Json]
    compilation: Json
    questionnaires: dict[str, str]
    coordinator_id: str
    contact_id: str
    guest: Caller


async def set_up(stage: Stage) -> PrivacyOffice:
    """Return to the present, and let Lena prepare what she is going to ask."""
    stage.clock.return_to_present()
    stage.narrator.chapter("A morning at the privacy office", stage.clock.today())
    admin, lead = await stage.sign_in(cast.ADMIN), await stage.sign_in(cast.LEAD)
    documents = await _bring_registers(stage, lead)
    compilation = await _compile(stage, lead, documents)
    questionnaires = {each["name"]: each["id"] for each in compilation["questionnaires"]}
    coordinator_id = await _hire(admin)
    contact = {"name": cast.NADIA_NAME, "addresses": [cast.NADIA]}
    contact_id = (await lead.post("/contacts", contact))["id"]
    guest = await _invite(stage, lead)
    return PrivacyOffice(documents, compilation, questionnaires, coordinator_id, contact_id, guest)


async def _bring_registers(stage: Stage, lead: Caller) -> dict[str, Json]:
    documents = {}
    for file in sorted(REGISTERS.glob("*.yaml")):
        sent = {"content": file.read_bytes(), "headers": {"Content-Type": "application/yaml"}}
        answer = await lead.ask("POST", "/documents/import", **sent)
        expect(answer.is_success, f"{file.name} was answered by {answer.status_code}.")
    for head in (await lead.get("/documents"))["items"]:
        documents[head["module"]] = await lead.get(f"/documents/{head['id']}")
    counted = ", ".join(f"{module} {document['question_count']}" for module, document in documents.items())
    stage.narrator.done(f"Lena brings {len(documents)} registers along, as YAML; questions by module: {counted}")
    return documents


async def _compile(stage: Stage, lead: Caller, documents: dict[str, Json]) -> Json:
    """Make two questionnaires out of three modules: two whole documents, and one question of an audit."""
    path = f"/compilations/{(await lead.post('/compilations', {'name': 'Yearly review'}))['id']}"
    for name, module in ((PROCESSING, "vv"), (PROTECTION, "tom")):
        made = await lead.post(f"{path}/questionnaires", {"name": name, "instructions": "Answer what you know."})
        questionnaire = made["questionnaires"][-1]["id"]
        items = f"{path}/questionnaires/{questionnaire}/items"
        await lead.post(items, {"document_id": documents[module]["id"]})
    audited = documents["audit"]["sections"][0]["questions"][0]["id"]
    compilation = await lead.post(items, {"question_id": audited})
    again = await lead.ask("POST", items, json={"question_id": audited})
    expect(again.status_code in {409, 422}, f"A question twice was answered by {again.status_code}.")
    told = " and ".join(quoted(each["name"]) for each in compilation["questionnaires"])
    stage.narrator.done(f"She compiles {compilation['question_count']} questions: {told}; none gets in twice")
    return compilation


async def _hire(admin: Caller) -> str:
    person = cast.COORDINATOR
    fields = {"email": person.email, "name": person.name, "role": person.role, "password": cast.PASSWORD}
    return str((await admin.post("/users", fields))["id"])


async def _invite(stage: Stage, lead: Caller) -> Caller:
    """Invite Dana, who registers with the link in her mail; it works once."""
    invite = await lead.post("/invites", {"email": cast.DANA, "name": cast.DANA_NAME})
    link = invite_links(await stage.mailbox.next_to(cast.DANA))[0]
    session = await register(stage.anonymous, link, cast.DANA_NAME)
    again = await register(stage.anonymous, link, cast.DANA_NAME)
    expect(again.status_code == 410, f"The second registration was answered by {again.status_code}.")
    expect(session.is_success, f"The registration was answered by {session.status_code}: {session.text[:200]}")
    found = await lead.get(f"/invites/{invite['id']}")
    expect(found["redeemed_at"], "The invite does not say that it was redeemed.")
    stage.narrator.done(f"{cast.DANA_NAME} registers by the link in her invite, which is dead after that (410)")
    return stage.anonymous.bearing(session.json()["access_token"])
