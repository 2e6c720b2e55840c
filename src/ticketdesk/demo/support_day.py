"""The day at the support desk: three requests of one client find their people, and one of them goes all the way."""

from datetime import datetime, time

from ticketdesk.demo import cast
from ticketdesk.demo.callers import Caller, Json, expect
from ticketdesk.demo.cast import Person
from ticketdesk.demo.clocks import ZONE
from ticketdesk.demo.mailboxes import open_link, ticket_links
from ticketdesk.demo.narration import quoted, status
from ticketdesk.demo.stages import Stage
from ticketdesk.demo.support_desk import BILLING, PRODUCTS, WEBSITE, SupportDesk

ONE_O_CLOCK = time(13, 0)
REASON = "The footer still has the old number."
# The smallest picture there is: one transparent pixel (PNG).
PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489"
    "0000000a49444154789c6360000000020001e221bc330000000049454e44ae426082"
)


class SupportDay:
    """Owen's invoice, Grace's number, and Owen's picture, ``left`` to be checked when the work is done."""

    def __init__(self, stage: Stage, desk: SupportDesk) -> None:
        self._stage = stage
        self._desk = desk
        self._tell = stage.narrator.done
        self._invoice: Json = {}
        self._number: Json = {}
        self.left: Json = {}
        self._lead = self._ines = self._felix = stage.anonymous

    async def play(self) -> None:
        """Act it until the afternoon; the evening has an act of its own."""
        await self._sign_in()
        await self._be_away()
        await self._take_in()
        await self._give_out()
        await self._ask_in_the_portal()
        await self._ask_what_is_next()
        self._stage.clock.move_to(datetime.combine(self._stage.clock.today(), ONE_O_CLOCK, ZONE))
        await self._sign_in()
        await self._work()
        await self._return()
        await self._close()
        await self._hand_over()
        await self._call()
        await self._leave_unchecked()

    async def _sign_in(self) -> None:
        people = (cast.LEAD, cast.COLLEAGUE, cast.WORKER)
        self._lead, self._ines, self._felix = [await self._stage.sign_in(person) for person in people]

    async def _be_away(self) -> None:
        noor = await self._stage.sign_in(cast.ABSENTEE)
        path = f"/users/{self._desk.staff[cast.ABSENTEE]}/availability"
        found = await noor.put(path, {"is_away": True})
        expect(not found["availability"]["is_available_now"], "Noor counts as available.")
        self._tell("Noor says that she is away")

    async def _take_in(self) -> None:
        """Two requests come by telephone: one waits for a lead's word, one goes to whoever has the fewest."""
        self._invoice = await self._write_down(cast.OWEN, BILLING, "Two invoices for June")
        expect(self._invoice["assignee"] is None, "A ticket that a lead gives out has an assignee.")
        path = f"/tickets/{self._invoice['id']}/assignment"
        self._invoice = await self._lead.post(path, {"user_id": self._desk.staff[cast.COLLEAGUE]})
        told = f"#{self._invoice['number']} {quoted(self._invoice['title'])}"
        self._tell(f"Owen calls, Lena writes down {told}: {await self._reason(self._invoice)}")

    async def _give_out(self) -> None:
        self._number = await self._write_down(cast.GRACE, WEBSITE, "My new telephone number")
        expect(self._number["assignee"]["name"] == cast.WORKER.name, "It is not Felix's.")
        expect(self._number["checker"]["name"] == cast.LEAD.name, "Who wrote it down does not check it.")
        why = await self._reason(self._number)
        self._tell(f"Grace calls, #{self._number['number']} {quoted(self._number['title'])}: {why}")

    async def _write_down(self, address: str, category: str, title: str) -> Json:
        return await self._lead.post(
            "/tickets",
            {
                "kind": "support",
                "title": title,
                "contact_id": self._desk.contacts[address],
                "category_id": self._desk.categories[category],
                "product_id": self._desk.products[PRODUCTS[0]],
            },
        )

    async def _reason(self, ticket: Json) -> str:
        """Return why the ticket has its assignee, as the desk explains it."""
        decisions = (await self._lead.get(f"/tickets/{ticket['id']}/assignments"))["items"]
        return str(decisions[-1]["explanation"])

    async def _ask_in_the_portal(self) -> None:
        """Owen follows the link in his mail, and asks for something else with a picture."""
        mail = await self._stage.mailbox.next_to(cast.OWEN)
        guest, _ = await open_link(self._stage.anonymous, ticket_links(mail)[0])
        choices = (await guest.get("/portal/categories"))["items"]
        category = next(choice["id"] for choice in choices if choice["name"] == WEBSITE)
        asked = {"title": "Our team on the front page", "category_id": category}
        opened = await guest.post("/portal/tickets", asked)
        await self._attach(guest, opened)
        self.left = await self._lead.get(f"/tickets/{opened['id']}")
        decision = (await self._lead.get(f"/tickets/{opened['id']}/assignments"))["items"][-1]
        excluded = {each["name"]: each["reasons"] for each in decision["exclusions"]}
        wanted = {cast.WORKER.name: ["over_capacity"], cast.ABSENTEE.name: ["away"]}
        expect(excluded.items() >= wanted.items(), f"The desk excluded {excluded}.")
        self._tell(f"Felix has as many as he takes, Noor is away: {decision['explanation']}")

    async def _attach(self, guest: Caller, opened: Json) -> None:
        files = {"file": ("../our team.png", PICTURE, "image/png")}
        answer = await guest.ask("POST", f"/portal/tickets/{opened['id']}/attachments", files=files)
        expect(answer.is_success, f"The picture was answered by {answer.status_code}.")
        file = answer.json()
        expect((file["name"], file["media_type"]) == ("our team.png", "image/png"), f"The picture is {file}.")
        told = f"#{opened['number']} {quoted(opened['title'])}, with {file['name']}"
        self._tell(f"By the link in his mail, Owen asks for {told}")

    async def _ask_what_is_next(self) -> None:
        """Being for a client makes no ticket older: what has waited for Ines since the desk opened comes first."""
        found = await self._ines.get("/tickets/next")
        waiting = (await self._ines.get("/tickets", assignee_id="me", needs_attention="true"))["items"]
        expect(found["id"] == waiting[0]["id"], "The oldest is not next.")
        since = datetime.fromisoformat(found["created_at"]).astimezone(ZONE)
        self._tell(f"Ines asks what is next: the oldest, #{found['number']} of {since.day} {since:%B}, {status(found)}")

    async def _work(self) -> None:
        path = f"/tickets/{self._number['id']}/comments"
        await self._felix.post(path, {"body": "It is on the page now.", "visibility": "public"})
        await self._refresh("open")
        await self._complete(self._felix, self._number)
        await self._refresh("pending_verification")
        self._tell(f"13:00 · Felix replies to Grace, then completes #{self._number['number']}: {status(self._number)}")

    async def _complete(self, worker: Caller, ticket: Json) -> Json:
        return await worker.post(f"/tickets/{ticket['id']}/transitions", {"action": "complete"})

    async def _return(self) -> None:
        path = f"/tickets/{self._number['id']}/transitions"
        await self._lead.post(path, {"action": "return", "reason": REASON})
        await self._refresh("open")
        expect(self._number["assignee"]["name"] == cast.WORKER.name, "It did not go back to who did the work.")
        expect(self._number["rework_count"] == 1, "It does not count as rework.")
        self._tell(f"Lena looks, and returns it to him: {quoted(REASON)} {status(self._number)}")

    async def _close(self) -> None:
        await self._complete(self._felix, self._number)
        await self._lead.post(f"/tickets/{self._number['id']}/transitions", {"action": "close"})
        await self._refresh("closed")
        for _ in range(3):
            await self._stage.mailbox.next_to(cast.GRACE)
        messages = (await self._lead.get(f"/tickets/{self._number['id']}/messages"))["items"]
        purposes = [message["purpose"] for message in messages if message["address"] == cast.GRACE]
        expect(sorted(purposes) == ["assignment", "close", "reply"], f"Grace was mailed: {purposes}.")
        self._tell(f"He completes it again, Lena closes it: {status(self._number)}; Grace got {len(purposes)} mails")

    async def _hand_over(self) -> None:
        path, felix = f"/tickets/{self._invoice['id']}", self._desk.staff[cast.WORKER]
        refused = await self._ines.ask("POST", f"{path}/assignment", json={"user_id": felix})
        expect(refused.status_code == 403, f"An agent's assignment was answered by {refused.status_code}.")
        note = {"user_id": felix, "note": "You know their invoices."}
        offer = await self._ines.post(f"{path}/handovers", note)
        self._invoice = await self._ines.get(path)
        expect(self._has(self._invoice, cast.COLLEAGUE), "The ticket changed hands before Felix said yes.")
        await self._felix.post(f"/handovers/{offer['id']}/accept", {})
        self._invoice = await self._ines.get(path)
        expect(self._has(self._invoice, cast.WORKER), "The ticket did not change hands.")
        self._tell(
            f"Ines may not give #{self._invoice['number']} away (403), but offer it; once Felix accepts, it is his"
        )

    @staticmethod
    def _has(ticket: Json, person: Person) -> bool:
        return bool(ticket["assignee"]["name"] == person.name)

    async def _call(self) -> None:
        """Go through what is open for the client, to the last ticket."""
        call = await self._ines.post("/calls", {"contact_id": self._desk.contacts[cast.OWEN]})
        numbers = [ticket["number"] for ticket in call["tickets"]]
        expect(numbers == [self._invoice["number"], self.left["number"]], f"The worksheet has {numbers}.")
        path = f"/calls/{call['id']}"
        spoken = {"outcome": "noted", "text": "He sends both invoices again."}
        await self._ines.put(f"{path}/tickets/{self._invoice['id']}", spoken)
        refused = await self._ines.ask("POST", f"{path}/complete", json={})
        expect(refused.status_code == 409, f"The end of the call was answered by {refused.status_code}.")
        problem = refused.json()
        expect([each["number"] for each in problem["tickets"]] == numbers[1:], "It names other tickets.")
        self._tell(
            f"She calls Owen about all {len(numbers)} that are open; ended too early: {quoted(problem['detail'])}"
        )
        excuse = {"outcome": "excused", "text": "The picture came today."}
        await self._ines.put(f"{path}/tickets/{self.left['id']}", excuse)
        ended = await self._ines.post(f"{path}/complete", {"summary": "Invoices follow."})
        expect(ended["completed_at"], "The call is not completed.")
        self._tell(f"#{numbers[1]} is excused with a reason, and the call is completed")

    async def _leave_unchecked(self) -> None:
        await self._complete(self._ines, self.left)
        self.left = await self._ines.get(f"/tickets/{self.left['id']}")
        checker = (self.left["checker_team"] or {}).get("name")
        expect((self.left["status"], checker) == ("pending_verification", "Management"), "It waits for nobody's check.")
        self._tell(f"She completes #{self.left['number']}: {status(self.left)} by {checker}, as a client opened it")

    async def _refresh(self, wanted: str) -> None:
        self._number = await self._lead.get(f"/tickets/{self._number['id']}")
        found = self._number["status"]
        expect(found == wanted, f"The ticket is {found}, not {wanted}.")
