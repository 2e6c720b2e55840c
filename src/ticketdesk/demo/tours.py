"""The whole story, and what there is to open when it has been told."""

from dataclasses import dataclass
from pathlib import Path

from ticketdesk.demo import cast, opening, privacy_office, proof, support_desk, support_evening
from ticketdesk.demo.privacy_morning import PrivacyMorning
from ticketdesk.demo.stages import Stage
from ticketdesk.demo.story import Correction
from ticketdesk.demo.support_day import SupportDay


@dataclass(frozen=True, slots=True)
class Souvenirs:
    """What opens the demo from outside: links of Jonas and Nadia, whose tickets are open, an API key, and a chart."""

    guest_link: str
    task_link: str
    api_key: str
    chart: Path


async def play(stage: Stage) -> Souvenirs:
    """Act the story; raises ``NotAsExpected`` at the first thing that goes otherwise."""
    key = await opening.open_desk(stage)
    await opening.play_past(stage)
    correction = Correction(stage)
    await correction.play()
    link = await proof.remind(stage)
    day = SupportDay(stage, await support_desk.set_up(stage))
    await day.play()
    chart = await support_evening.play(stage, day.left)
    morning = PrivacyMorning(stage, await privacy_office.set_up(stage))
    await morning.play()
    await proof.hold_one(stage)
    await proof.examine(stage, correction.ticket)
    return Souvenirs(link, morning.link, key, chart)


def show(stage: Stage, souvenirs: Souvenirs) -> None:
    """Write what to open."""
    narrator = stage.narrator
    signing_in = [(person.email, person.role) for person in (*cast.EVERYBODY, cast.COORDINATOR)]
    signing_in.append((cast.DANA, "guest, at the portal"))
    longest = max(len(email) for email, _ in signing_in)
    narrator.say(f"\n{narrator.steps} steps in {narrator.seconds:.0f} s, all as told.\n")
    narrator.link("guest's link", souvenirs.guest_link)
    narrator.link("task's link", souvenirs.task_link)
    narrator.link("mailbox", f"{stage.base_url}/dev/mailbox")
    narrator.link("API", f"{stage.base_url}/docs")
    narrator.link("portal", f"{stage.base_url}/portal/")
    narrator.link("turnaround", str(souvenirs.chart))
    narrator.link("API key", souvenirs.api_key)
    for number, (email, role) in enumerate(signing_in):
        narrator.link("" if number else "sign in as", f"{email:<{longest}}  {role}")
    narrator.link("password", cast.PASSWORD)
