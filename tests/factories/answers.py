"""Answers in the portal, through the API."""

from typing import Any

import httpx
from tests.factories.tasks import Task


def answers_path(task: Task) -> str:
    """Return where a task's questions are answered."""
    return f"/api/v1/portal/tickets/{task.id}/answers"


def said(task: Task, *values: Any, **fields: Any) -> dict[str, Any]:
    """Return answers to the first questions of a task, as a body; ``fields`` are of each answer."""
    named = zip(task.questions, values, strict=False)
    return {"answers": [{"question_id": str(question.id), "value": value, **fields} for question, value in named]}


async def save(client: httpx.AsyncClient, task: Task, *values: Any, **fields: Any) -> dict[str, Any]:
    """Answer the first questions of a task and return all there is to answer."""
    answer = await client.put(answers_path(task), json=said(task, *values, **fields))
    assert answer.status_code == 200, answer.text
    sheet: dict[str, Any] = answer.json()
    return sheet


async def read_questions(client: httpx.AsyncClient, task: Task) -> list[dict[str, Any]]:
    """Return the questions that a recipient sees."""
    answer = await client.get(answers_path(task))
    assert answer.status_code == 200, answer.text
    return questions(answer.json())


def questions(sheet: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the questions of all questionnaires, in their order."""
    return [question for each in sheet["questionnaires"] for question in each["questions"]]
