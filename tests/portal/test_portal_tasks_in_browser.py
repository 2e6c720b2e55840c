"""A task in the portal page: every kind of question answered, saved in between, closed, opened again, and handed on."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date

import pytest
from fastapi import FastAPI
from playwright.async_api import Browser, FilePayload, Page, expect
from tests.application import ClientFor, SignedInClient
from tests.factories.contacts import create_contact
from tests.factories.dispatches import deliver
from tests.factories.tasks import Task, create_task
from tests.factories.tickets import read_ticket
from tests.portal.visits import Visit, open_visit, refuse
from tests.serving import served

from ticketdesk.bootstrap import Resources

KINDS = (
    ("text", "long_text", "yes_no", "single_choice", "multiple_choice", "number", "date"),
    ("file",),
)
ANNA = "anna.berg@brightpath.example"
BEN = "ben.falk@brightpath.example"
TITLE = "Yearly review of the records"


@dataclass(frozen=True)
class TaskSite:
    """A running server with one task, and the link that its mail had."""

    base_url: str
    link: str
    task: Task
    staff: SignedInClient


@pytest.fixture
async def site(app: FastAPI, resources: Resources, client_for: ClientFor) -> AsyncIterator[TaskSite]:
    staff = await client_for("agent", name="Ann Agent")
    anna = await create_contact(resources, "Anna Berg", ANNA)
    ben = await create_contact(resources, "Ben Falk", BEN)
    due_on = date(2026, 3, 18)
    task = await create_task(resources, staff.person_id, {anna: None, ben: [1]}, kinds=KINDS, due_on=due_on)
    assert (await staff.post(f"/api/v1/tickets/{task.id}/resend", json={})).is_success
    await deliver(resources)
    assert resources.catcher is not None
    (link,) = (link for link in resources.catcher.to(ANNA)[-1].links if "#/t/" in link)
    async with served(app) as base_url:
        yield TaskSite(base_url, f"{base_url}/portal/#{link.split('#')[1]}", task, staff)


@pytest.fixture
async def visit(browser: Browser, site: TaskSite) -> AsyncIterator[Visit]:
    async with open_visit(browser, site.base_url) as opened:
        await opened.open(site.link, TITLE)
        yield opened


def question(page: Page, number: int) -> str:
    """Return how the controls of a question are called."""
    kind = [kind for kinds in KINDS for kind in kinds][number - 1]
    return f"Question {number} of kind {kind}?"


async def fill(page: Page) -> None:
    await page.get_by_label(question(page, 1)).fill("Payroll")
    await page.get_by_label(question(page, 2)).fill("Salaries.\n\nAnd taxes.")
    await page.get_by_label(question(page, 3)).select_option("Not applicable")
    await page.get_by_label(question(page, 4)).select_option("A provider's")
    await page.get_by_label("Our own servers").check()
    await page.get_by_label(question(page, 6)).fill("2.5")
    await page.get_by_label(question(page, 7)).fill("2026-01-31")


async def test_all_kinds_are_answered_and_still_there_after_a_reload(visit: Visit, site: TaskSite) -> None:
    page = visit.page
    await expect(page.get_by_text("Due March 18, 2026")).to_be_visible()
    await expect(page.get_by_text("0 of 8 answered, 8 required answers missing.")).to_be_visible()
    await fill(page)
    await page.get_by_role("button", name="Save answers").click()
    await expect(page.get_by_role("status")).to_have_text("Your answers are saved.")
    await expect(page.get_by_text("7 of 8 answered, 1 required answer missing.")).to_be_visible()

    chosen = FilePayload(name="list.txt", mimeType="text/plain", buffer=b"One line")
    await page.get_by_label(question(page, 8)).set_input_files(chosen)
    await expect(page.get_by_text("list.txt")).to_be_visible()
    await page.get_by_role("button", name="Save answers").click()
    await expect(page.get_by_text("8 of 8 answered, nothing required is missing.")).to_be_visible()

    await page.reload()
    await visit.sees_heading(TITLE)
    await expect(page.get_by_label(question(page, 2))).to_have_value("Salaries.\n\nAnd taxes.")
    await expect(page.get_by_label(question(page, 3))).to_have_value("not_applicable")
    await expect(page.get_by_label("Our own servers")).to_be_checked()
    await expect(page.get_by_label(question(page, 6))).to_have_value("2.5")
    await expect(page.get_by_text("list.txt")).to_be_visible()
    await expect(page.get_by_text("Answered by Anna Berg").first).to_be_visible()


async def test_what_is_refused_is_said_at_its_question_and_nothing_is_lost(visit: Visit) -> None:
    page = visit.page
    await page.get_by_label(question(page, 1)).fill("Payroll")
    await page.get_by_label(question(page, 6)).fill("some")
    await page.get_by_role("button", name="Save answers").click()
    await expect(page.get_by_text("The answer to this question is a number.")).to_be_visible()
    await expect(page.get_by_label(question(page, 6))).to_be_focused()
    await expect(page.get_by_label(question(page, 1))).to_have_value("Payroll")
    await page.get_by_label(question(page, 6)).fill("3")
    await page.get_by_role("button", name="Save answers").click()
    await expect(page.get_by_text("2 of 8 answered, 6 required answers missing.")).to_be_visible()


async def test_an_addressee_closes_the_task_and_opens_it_again(visit: Visit, site: TaskSite) -> None:
    page = visit.page
    for button, confirm, said, status in (
        ("Close the task", "Yes, close it", "The task is closed. Thank you.", "closed"),
        ("Open it again", "Yes, open it again", "The task is open again.", "open"),
    ):
        await page.get_by_role("button", name=button).click()
        await page.get_by_role("button", name=confirm).click()
        await expect(page.get_by_role("status")).to_have_text(said)
        assert (await read_ticket(site.staff, str(site.task.id)))["status"] == status
        can_answer = page.get_by_label(question(page, 1))
        await (expect(can_answer).to_be_disabled() if status == "closed" else expect(can_answer).to_be_enabled())


async def test_a_question_is_handed_on_and_taken_back(visit: Visit) -> None:
    page = visit.page
    asked = page.get_by_role("listitem").filter(has_text=question(page, 1))
    dialog = page.get_by_role("dialog", name="Ask somebody else to answer")
    await page.get_by_label(question(page, 2)).fill("Salaries.")
    await asked.get_by_role("button", name="Ask somebody else").click()
    await expect(dialog).to_contain_text(question(page, 1))
    await dialog.get_by_label("Who is to answer").select_option("Ben Falk")
    await dialog.get_by_label("Note").fill("You keep that list.")
    await page.route("**/delegations", refuse, times=1)
    await dialog.get_by_role("button", name="Ask them").click()
    await expect(dialog.get_by_role("alert")).to_contain_text("The desk is not there just now.")
    await expect(dialog.get_by_label("Note")).to_have_value("You keep that list.")
    await dialog.get_by_role("button", name="Ask them").click()
    await expect(page.get_by_role("status")).to_have_text("Ben Falk was asked to answer.")

    await expect(asked).to_contain_text("Anna Berg asked Ben Falk to answer this.")
    await expect(asked).to_contain_text("You keep that list.")
    await expect(page.get_by_label(question(page, 1))).to_be_disabled()
    await expect(page.get_by_label(question(page, 2))).to_have_value("Salaries.")
    take_back = asked.get_by_role("button", name="Take it back")
    await expect(take_back).to_be_focused()
    await page.route("**/delegations/*", refuse, times=1)
    await take_back.click()
    await expect(asked.get_by_role("alert")).to_contain_text("The desk is not there just now.")
    await take_back.click()
    await expect(page.get_by_label(question(page, 1))).to_be_focused()
    await expect(asked.get_by_role("button", name="Ask somebody else")).to_be_visible()


async def test_whoever_was_asked_answers_and_cannot_hand_it_on(
    browser: Browser, site: TaskSite, resources: Resources, visit: Visit
) -> None:
    asked = visit.page.get_by_role("listitem").filter(has_text=question(visit.page, 1))
    await asked.get_by_role("button", name="Ask somebody else").click()
    await visit.page.get_by_label("Who is to answer").select_option("Ben Falk")
    await visit.page.get_by_role("button", name="Ask them").click()
    await expect(asked).to_contain_text("Anna Berg asked Ben Falk to answer this.")
    await deliver(resources)
    assert resources.catcher is not None
    (link,) = (link for link in resources.catcher.to(BEN)[-1].links if "#/t/" in link)
    async with open_visit(browser, site.base_url) as other:
        page = other.page
        await other.open(f"{site.base_url}/portal/#{link.split('#')[1]}", TITLE)
        mine = page.get_by_role("listitem").filter(has_text=question(page, 1))
        await expect(mine).to_contain_text("Anna Berg asked Ben Falk to answer this.")
        await page.get_by_label(question(page, 1)).fill("Payroll")
        await expect(mine.get_by_role("button")).to_have_count(0)
        await page.get_by_role("button", name="Save answers").click()
        await expect(mine).to_contain_text("Answered by Ben Falk")
    await asked.get_by_role("button", name="Take it back").click()
    await expect(visit.page.get_by_label(question(visit.page, 1))).to_have_value("Payroll")
