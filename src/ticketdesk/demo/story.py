"""The second act: one correction from finding to proof, as the people and programs around the desk live it."""

import asyncio
from datetime import datetime, time

from ticketdesk.demo import cast
from ticketdesk.demo.callers import Json, expect, until
from ticketdesk.demo.clocks import ZONE
from ticketdesk.demo.mailboxes import open_link, ticket_links
from ticketdesk.demo.narration import quoted, status
from ticketdesk.demo.stages import Stage

DAYS_AGO = 6
HALF_PAST_TEN = time(10, 30)
QUESTION = "May I write pre-approval instead?"
ANSWER = "Yes, that is fine. Please change it in the banner too."
EVIDENCE = "Profile looked at: identifier, headline and notice are right."


class Correction:
    """Maya's profile, which breaks three rules; ``ticket`` is the ticket about it as staff saw it last."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._tell = stage.narrator.done
        self.ticket: Json = {}
        self._agent = self._lead = self._guest = stage.anonymous
        self._link = ""

    async def play(self) -> None:
        """Act it, from the finding to the closed ticket."""
        self._stage.clock.set_back(DAYS_AGO, HALF_PAST_TEN)
        self._stage.narrator.chapter("A correction, from finding to close", self._stage.clock.today())
        await self._sign_in()
        await self._write()
        await self._hold_two_more()
        await self._dispatch()
        await self._receive()
        await self._open()
        await self._ask()
        await self._answer()
        await self._tick()
        await self._complete()
        await self._close()

    async def _sign_in(self) -> None:
        self._agent = await self._stage.sign_in(cast.AGENT)
        self._lead = await self._stage.sign_in(cast.LEAD)
        me = await self._agent.get("/me")
        expect(me["team"] == cast.TEAM, "Tom is in no team.")
        self._tell(f"{me['name']} signs in: {me['role']}, {me['team']}, {len(me['permissions'])} permissions")

    async def _write(self) -> None:
        prefill = await self._agent.get(f"/monitored-items/{self._stage.items[cast.PROFILE]}/prefill")
        actions, categories = prefill["requested_actions"], prefill["violation_categories"]
        expect((len(actions), len(categories)) == (3, 3), "Three alerts did not give three actions and categories.")
        self._tell(f"Maya's profile has 3 alerts: the form has {len(actions)} actions, {len(categories)} categories")
        ticket = self.ticket = await self._stage.create_ticket(self._agent, cast.PROFILE, send="later")
        sources = [action["source"] for action in ticket["requested_actions"]]
        expect(ticket["status"] == "send_later" and sources == ["alert"] * 3, "The ticket does not hold the actions.")
        self._tell(f"Ticket #{ticket['number']} {quoted(ticket['title'])} is held: {status(ticket)}")

    async def _hold_two_more(self) -> None:
        held = [await self._stage.create_ticket(self._agent, key) for key in (cast.RATE_POST, cast.PROMISE_POST)]
        card = await self._agent.get(f"/contacts/{self.ticket['contact']['id']}/card")
        expect(card["held_ticket_count"] == 2, "Maya's card does not show two held tickets.")
        numbers = " and ".join(f"#{ticket['number']}" for ticket in held)
        self._tell(f"{numbers} are held too, for Maya and for Jonas; her card shows {card['held_ticket_count']} held")

    async def _dispatch(self) -> None:
        """Press the button twice at the same instant: each ticket is in one dispatch and one mail."""
        everything = {"all": True}
        pressed = await asyncio.gather(*(who.post("/dispatches", everything) for who in (self._agent, self._lead)))

        async def read() -> list[Json]:
            return [await self._agent.get(f"/dispatches/{each['id']}") for each in pressed]

        ended = await until(read, lambda all_: all(each["state"] == "done" for each in all_), "A dispatch never ended.")
        sent = sum(each["counts"].get("sent", 0) for each in ended)
        messages = [message for each in ended for message in each["messages"]]
        expect((sent, len(messages)) == (3, 2), f"{sent} tickets were sent in {len(messages)} mails, not 3 in 2.")
        self._tell(f"Tom and Lena dispatch at the same instant: {sent} tickets, {len(messages)} mails, nothing twice")

    async def _receive(self) -> None:
        mail = await self._stage.mailbox.next_to(cast.MAYA)
        other = await self._stage.mailbox.next_to(cast.JONAS)
        links = ticket_links(mail)
        expect((len(links), len(ticket_links(other))) == (2, 1), "The mails do not have one link for each ticket.")
        self._link = links[0]
        self._tell(f"Maya's mail came by SMTP, {quoted(mail['subject'], 44)}, with {len(links)} links")

    async def _open(self) -> None:
        self._guest, shown = await open_link(self._stage.anonymous, self._link)
        expect(shown["id"] == self.ticket["id"], "The first link is not for the first ticket.")
        asker = f"{shown['sender']['name']} ({shown['sender']['team']})"
        self._tell(f"She opens the link, no password: #{shown['number']} of {asker}, {status(shown)}")
        await self._refresh()
        viewed_at = self.ticket["recipients"][0]["viewed_at"]
        expect(viewed_at, "That she looked is not recorded.")
        inside = await self._guest.ask("GET", f"/tickets/{self.ticket['id']}")
        expect(inside.status_code == 404, f"The desk's own view answered her with {inside.status_code}.")
        at = datetime.fromisoformat(viewed_at).astimezone(ZONE)
        self._tell(f"Her look is on record, {at:%H:%M:%S}; the desk's own view is closed to her (404)")

    async def _ask(self) -> None:
        await self._guest.post(f"/portal/tickets/{self.ticket['id']}/comments", {"body": QUESTION})
        await self._refresh("comment_added")

        async def unread() -> int:
            return int((await self._agent.get("/notifications", unread="true"))["unread_count"])

        count = await until(unread, bool, "Tom was not notified.")
        self._tell(f"She asks {quoted(QUESTION)}: {status(self.ticket)}, {count} notification for Tom")

    async def _answer(self) -> None:
        body = {"body": ANSWER, "visibility": "public"}
        await self._agent.post(f"/tickets/{self.ticket['id']}/comments", body)
        note = {"body": "Look at the banner when verifying.", "visibility": "internal"}
        await self._agent.post(f"/tickets/{self.ticket['id']}/comments", note)
        await self._refresh("pending_correction")
        await self._stage.mailbox.next_to(cast.MAYA)
        shown = await self._guest.get(f"/portal/tickets/{self.ticket['id']}")
        expect(len(shown["comments"]) == 2, "The portal does not show just the two public comments.")
        self._tell(f"Tom replies, and Maya is mailed: {status(self.ticket)}; his internal note stays inside")

    async def _tick(self) -> None:
        base = f"/portal/tickets/{self.ticket['id']}/requested-actions"
        for action in self.ticket["requested_actions"]:
            await self._guest.patch(f"{base}/{action['id']}", {"is_done": True})
        await self._refresh("pending_correction")
        done = sum(action["is_done"] for action in self.ticket["requested_actions"])
        expect(done == 3, f"{done} actions are ticked, not 3.")
        self._tell(f"She ticks {done} of {len(self.ticket['requested_actions'])} actions")

    async def _complete(self) -> None:
        path = f"/portal/tickets/{self.ticket['id']}/transitions"
        await self._guest.post(path, {"action": "complete", "comment": "All three are done."})
        await self._refresh("pending_verification")
        waiting = await self._lead.get("/tickets", needs_attention="true", status="pending_verification")
        expect(self.ticket["id"] in {ticket["id"] for ticket in waiting["items"]}, "Lena's list does not show it.")
        self._tell(f"She marks it completed: {status(self.ticket)}, {len(waiting['items'])} on Lena's list to verify")

    async def _close(self) -> None:
        body = {"action": "close", "evidence": EVIDENCE}
        await self._lead.post(f"/tickets/{self.ticket['id']}/transitions", body)
        await self._refresh("closed")
        verifier = (self.ticket["verified_by"] or {}).get("name")
        expect((verifier, self.ticket["resolution"]) == (cast.LEAD.name, "completed"), "It was not verified.")
        await self._stage.mailbox.next_to(cast.MAYA)
        self._tell(f"Lena verifies and closes it: {status(self.ticket)}, {self.ticket['resolution']}; Maya is mailed")

    async def _refresh(self, wanted: str | None = None) -> None:
        self.ticket = await self._agent.get(f"/tickets/{self.ticket['id']}")
        found = self.ticket["status"]
        expect(wanted in {None, found}, f"The ticket is {found}, not {wanted}.")
