"""The script that asks the questions of a register, run before and after somebody answered."""

import re

from fastapi import FastAPI
from tests.application import ClientFor
from tests.examples.test_quickstart import SCRIPT as QUICKSTART
from tests.examples.test_quickstart import run_script
from tests.serving import served

SCRIPT = QUICKSTART.with_name("task.py")
ASKED = "progress  Nina Castillo: {answered} of 2, {missing} missing\n"


async def test_script_asks_and_takes_over_what_was_answered(app: FastAPI, client_for: ClientFor) -> None:
    head = SCRIPT.read_text(encoding="utf-8").split('"""')[1]
    scopes = re.findall(r"[a-z_]+:(?:read|write)", head)
    agent = await client_for("agent", name="Ada")
    key = (await agent.post("/api/v1/api-keys", json={"name": "task", "scopes": scopes})).json()["key"]
    async with served(app) as base_url:
        first = await run_script(base_url, key, SCRIPT)
        assert (first.status, first.errors) == (0, "")
        assert first.output == (
            "task      #1 What is new about the newsletter?\n"
            + ASKED.format(answered=0, missing=2)
            + "accepted  0\n"
            + "register  What is the newsletter for? not answered\n"
            + "register  For how long are addresses kept? not answered\n"
        )
        (ticket,) = (await agent.get("/api/v1/tickets")).json()["items"]
        nina = await client_for.portal(ticket["contact"]["id"])
        path = f"/api/v1/portal/tickets/{ticket['id']}/answers"
        (questionnaire,) = (await nina.get(path)).json()["questionnaires"]
        said = [
            {"question_id": each["id"], "value": value}
            for each, value in zip(questionnaire["questions"], ("News of the house", 24), strict=True)
        ]
        assert (await nina.put(path, json={"answers": said})).is_success
        second = await run_script(base_url, key, SCRIPT)
    assert (second.status, second.errors) == (0, "")
    assert second.output == (
        "task      #1 What is new about the newsletter? (sent by an earlier run)\n"
        + ASKED.format(answered=2, missing=0)
        + "accepted  2\n"
        + "register  What is the newsletter for? News of the house (Nina Castillo)\n"
        + "register  For how long are addresses kept? 24 (Nina Castillo)\n"
    )
