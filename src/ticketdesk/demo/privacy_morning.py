"""The morning at the privacy office: one task for four people, from the sending to answers in the registers."""

from datetime import timedelta
from typing import Any

from ticketdesk.demo import cast
from ticketdesk.demo.callers import Caller, Json, expect, until
from ticketdesk.demo.mailboxes import invite_links, open_link, register, ticket_links
from ticketdesk.demo.narration import quoted, status
from ticketdesk.demo.privacy_office import PROCESSING, PROTECTION, PrivacyOffice
from ticketdesk.demo.stages import Stage

DAYS_TO_ANSWER = 14
PEOPLE = (cast.COORDINATOR.email, cast.NADIA, cast.DANA, cast.KAI)
# An answer to a question of each kind but those of choices, which have their own.
ANSWERS: dict[str, Any] = {
    "text": "Payroll at Lakeside",
    "long_text": "Wages are paid out monthly.\nThe tax office is told.",
    "yes_no": "yes",
    "number": 24,
    "date": "2026-01-15",
}


class PrivacyMorning:
    """The yearly review; ``link`` is what opens it for Nadia afterwards."""

    def __init__(self, stage: Stage, office: PrivacyOffice) -> None:
        self._stage = stage
        self._office = office
        self._tell = stage.narrator.done
        self._ticket: Json = {}
        self._lead = self._nadia = self._kai = stage.anonymous
        self._dana = office.guest
        self.link = ""

    async def play(self) -> None:
        """Act it, from the sending to the upgrade of a guest."""
        self._lead = await self._stage.sign_in(cast.LEAD)
        await self._send()
        await self._receive()
        await self._look()
        await self._delegate()
        await self._answer()
        await self._change_the_source()
        await self._accept()
        await self._close_and_reopen()
        await self._upgrade()

    async def _send(self) -> None:
        parts = self._office.questionnaires
        addressees: list[Json] = [
            {"user_id": self._office.coordinator_id},
            {"contact_id": self._office.contact_id, "questionnaire_ids": [parts[PROCESSING]]},
            {"email": cast.DANA, "questionnaire_ids": [parts[PROTECTION]]},
            {"email": cast.KAI, "name": cast.KAI_NAME, "questionnaire_ids": []},
        ]
        due_on = self._stage.clock.today() + timedelta(days=DAYS_TO_ANSWER)
        body = {
            "kind": "task",
            "title": "Yearly review of the payroll",
            "description": "Please answer what is new since last year.",
            "compilation_ids": [self._office.compilation["id"]],
            "addressees": addressees,
            "due_on": due_on.isoformat(),
            "send": "now",
        }
        self._ticket = await self._lead.post("/tickets", body)
        expect(len(self._ticket["recipients"]) == len(addressees), "Not everybody is on the ticket.")
        self._tell(
            f"She sends #{self._ticket['number']} {quoted(self._ticket['title'])} to a user, a contact, a guest and an "
            f"address, due {due_on:%d %B}"
        )

    async def _receive(self) -> None:
        """Read the four mails; who has no user may register with theirs."""
        mails = {address: await self._stage.mailbox.next_to(address) for address in PEOPLE}
        expect(all(len(ticket_links(mail)) == 1 for mail in mails.values()), "A mail does not lead to the task.")
        invited = [address for address, mail in mails.items() if invite_links(mail)]
        expect(invited == [cast.NADIA, cast.KAI], f"Those who may register are {invited}.")
        self.link = ticket_links(mails[cast.NADIA])[0]
        self._nadia, _ = await open_link(self._stage.anonymous, self.link)
        answer = await register(self._stage.anonymous, invite_links(mails[cast.KAI])[0], cast.KAI_NAME)
        expect(answer.is_success, f"Kai's registration was answered by {answer.status_code}: {answer.text[:200]}")
        self._kai = self._stage.anonymous.bearing(answer.json()["access_token"])
        self._tell(f"{len(mails)} mails; the two without a user may also register: Kai does, Nadia takes the link")

    async def _sheet(self, person: Caller) -> Json:
        return await person.get(f"/portal/tickets/{self._ticket['id']}/answers")

    async def _look(self) -> None:
        """See that everybody has just their part."""
        seen = [await self._sheet(person) for person in (self._nadia, self._dana, self._kai)]
        names = [[each["name"] for each in sheet["questionnaires"]] for sheet in seen]
        expect(names == [[PROCESSING], [PROTECTION], []], f"The three see {names}.")
        counts = ", ".join(str(sheet["completeness"]["total"]) for sheet in seen)
        self._tell(f"Nadia, Dana and Kai see their own questions alone: {counts}")

    async def _delegate(self) -> None:
        question = (await self._sheet(self._dana))["questionnaires"][0]["questions"][0]
        people = (await self._dana.get(f"/portal/tickets/{self._ticket['id']}/people"))["people"]
        kai = next(person["contact_id"] for person in people if person["name"] == cast.KAI_NAME)
        body = {"question_ids": [question["id"]], "contact_id": kai, "note": "You run the servers."}
        await self._dana.post(f"/portal/tickets/{self._ticket['id']}/delegations", body)
        await self._stage.mailbox.next_to(cast.KAI)
        shown = await self._sheet(self._kai)
        expect(shown["completeness"]["total"] == 1, "Kai does not see what was delegated to him.")
        self._tell(f"Dana hands {quoted(question['text'])} to Kai, who is mailed and alone can answer it")

    async def _answer(self) -> None:
        for person in (self._nadia, self._dana, self._kai):
            await self._answer_all(person)
        progress = await self._lead.get(f"/tickets/{self._ticket['id']}/answers")
        done = progress["completeness"]
        expect(done["answered"] and not done["missing"], f"The progress is {done}.")
        self._tell(f"They answer in the portal; Lena sees {done['answered']} of {done['total']}, nothing missing")

    async def _answer_all(self, person: Caller) -> None:
        sheet = await self._sheet(person)
        questions = [each for part in sheet["questionnaires"] for each in part["questions"] if each["can_answer"]]
        said = [
            {"question_id": each["id"], "value": value} for each in questions if (value := _value(each)) is not None
        ]
        await person.put(f"/portal/tickets/{self._ticket['id']}/answers", {"answers": said})

    async def _change_the_source(self) -> None:
        """Let the register move on while the task is out."""
        document = self._office.documents["vv"]
        question = document["sections"][0]["questions"][0]
        patch = {"guidance": "As the register calls it since this year."}
        await self._lead.patch(f"/documents/{document['id']}/questions/{question['id']}", patch)

    async def _accept(self) -> None:
        path = f"/tickets/{self._ticket['id']}/answers/accept"
        refused = await self._lead.ask("POST", path, json={"all": True})
        expect(refused.status_code == 409, f"The acceptance was answered by {refused.status_code}.")
        problem = refused.json()
        reasons = [each["reasons"] for each in problem["changes"]]
        expect(reasons == [["question_changed"]], f"The warnings are {reasons}.")
        self._tell("The register changed meanwhile, so accepting warns and writes nothing (409)")
        accepted = await self._lead.post(path, {"all": True, "confirm_changed": True})
        documents = [await self._lead.get(f"/documents/{each['id']}") for each in self._office.documents.values()]
        written = sum(
            question["answered_by"] in {cast.NADIA_NAME, cast.DANA_NAME, cast.KAI_NAME}
            for document in documents
            for section in document["sections"]
            for question in section["questions"]
        )
        expect(written == accepted["accepted"], f"{written} answers are in the registers, not {accepted['accepted']}.")
        self._tell(f"She confirms: {written} answers are in the registers, each with who said it")

    async def _close_and_reopen(self) -> None:
        path = f"/portal/tickets/{self._ticket['id']}/transitions"
        await self._dana.post(path, {"action": "close"})
        others = [await self._stage.mailbox.next_to(address) for address in PEOPLE if address != cast.DANA]
        self._ticket = await self._lead.get(f"/tickets/{self._ticket['id']}")
        expect(self._ticket["status"] == "closed", f"The task is {self._ticket['status']}.")
        told = f"{len(others)} others are mailed {quoted(others[0]['subject'], 40)}"
        self._tell(f"Dana closes it: {status(self._ticket)}; {told}")
        body = {"action": "reopen", "reason": "One measure is new."}
        await self._lead.post(f"/tickets/{self._ticket['id']}/transitions", body)
        mails = [await self._stage.mailbox.next_to(address) for address in PEOPLE]
        self._ticket = await self._lead.get(f"/tickets/{self._ticket['id']}")
        self._tell(f"Lena reopens it: {status(self._ticket)}; {len(mails)} people are mailed")

    async def _upgrade(self) -> None:
        """Make Kai one of the desk; his session as a guest ends, and what he said stays his."""
        admin = await self._stage.sign_in(cast.ADMIN)
        users = (await admin.get("/users"))["items"]
        kai = next(user["id"] for user in users if user["email"] == cast.KAI)
        await admin.post(f"/users/{kai}/upgrade", {"role": "agent"})

        async def ask() -> int:
            return (await self._kai.ask("GET", "/me")).status_code

        await until(ask, lambda code: code == 401, "Kai's old session still works.")
        session = await self._stage.anonymous.post("/auth/sessions", {"email": cast.KAI, "password": cast.PASSWORD})
        expect(session["user"]["role"] == "agent", "Kai is no agent.")
        self._tell("Kai joins the desk: his guest's session is dead at once, his answer is still his")


def _value(question: Json) -> Any:
    """Return an answer, ``None`` to a question that asks for files."""
    if question["kind"] == "single_choice":
        return question["options"][0]["key"]
    if question["kind"] == "multiple_choice":
        return [option["key"] for option in question["options"][:2]]
    return ANSWERS.get(question["kind"])
