"""Ask somebody the questions of a register by a task, watch how far they are, and take over what they answered.

Against the demo (`make demo` prints the key):

    TICKETDESK_API_URL=http://127.0.0.1:8000 TICKETDESK_API_KEY=td_... python examples/task.py

The key needs the scopes documents:read, documents:write, compilations:read, compilations:write, tickets:read
and tickets:write. Run it again once somebody has answered. Only httpx is needed to run it.
"""

import os
import sys

import httpx

REGISTER = "example-newsletter"
EMAIL = "nina.castillo@harborview.example"


def main() -> None:
    """Run the steps one after the other; what an earlier run made is used again."""
    key = os.environ.get("TICKETDESK_API_KEY") or sys.exit("Set TICKETDESK_API_KEY.")
    with httpx.Client(
        base_url=os.environ.get("TICKETDESK_API_URL", "http://127.0.0.1:8000") + "/api/v1",
        headers={"Authorization": f"Bearer {key}"},
        timeout=30,
    ) as desk:
        document = find_or_write_register(desk)
        compilation = compile_questions(desk, document)
        ticket = send(desk, compilation)
        show_progress(desk, ticket)
        accept(desk, ticket)
        show_register(desk, document)


def find_or_write_register(desk: httpx.Client) -> dict:
    """Look first: an external id belongs to one document."""
    found = checked(desk.get("/documents", params={"q": REGISTER}))["items"]
    if found:
        return found[0]
    head = {"module": "vv", "title": "Newsletter", "external_id": REGISTER}
    path = f"/documents/{checked(desk.post('/documents', json=head))['id']}"
    section = checked(desk.post(f"{path}/sections", json={"title": "Retention"}))
    for question in (
        {"text": "What is the newsletter for?", "kind": "text"},
        {"text": "For how long are addresses kept?", "kind": "number", "unit": "months"},
    ):
        checked(desk.post(f"{path}/sections/{section['id']}/questions", json=question))
    return checked(desk.get(path))


def compile_questions(desk: httpx.Client, document: dict) -> dict:
    """Pick every question of the document. The key makes it one compilation, however often this is repeated."""
    body = {"name": "Newsletter review", "source": {"document_id": document["id"]}}
    return checked(desk.post("/compilations", json=body, headers={"Idempotency-Key": f"task-{document['id']}"}))


def send(desk: httpx.Client, compilation: dict) -> dict:
    """Send the task at once; whoever has no user gets a link."""
    answer = desk.post(
        f"/compilations/{compilation['id']}/tickets",
        headers={"Idempotency-Key": f"task-{compilation['id']}"},
        json={
            "title": "What is new about the newsletter?",
            "addressees": [{"email": EMAIL, "name": "Nina Castillo"}],
            "send": "now",
        },
    )
    ticket = checked(answer)
    repeated = "Idempotent-Replayed" in answer.headers
    print(f"task      #{ticket['number']} {ticket['title']}{' (sent by an earlier run)' if repeated else ''}")
    return ticket


def show_progress(desk: httpx.Client, ticket: dict) -> None:
    """Print how far each of those is who were asked."""
    for person in checked(desk.get(f"/tickets/{ticket['id']}/answers"))["recipients"]:
        done = person["completeness"]
        print(f"progress  {person['name']}: {done['answered']} of {done['total']}, {done['missing']} missing")


def accept(desk: httpx.Client, ticket: dict) -> None:
    """Write back what was answered; where the register changed meanwhile, say so and write nothing."""
    answer = desk.post(f"/tickets/{ticket['id']}/answers/accept", json={"all": True})
    if answer.status_code == httpx.codes.CONFLICT and answer.json()["code"] == "source_changed":
        for change in answer.json()["changes"]:
            print(f"changed   {change['question_id']}: {', '.join(change['reasons'])}")
        return
    print(f"accepted  {checked(answer)['accepted']}")


def show_register(desk: httpx.Client, document: dict) -> None:
    """Print what the register knows now."""
    for section in checked(desk.get(f"/documents/{document['id']}"))["sections"]:
        for question in section["questions"]:
            said = f"{question['answer']} ({question['answered_by']})" if question["answered_by"] else "not answered"
            print(f"register  {question['text']} {said}")


def checked(answer: httpx.Response) -> dict:
    """Return the answer's JSON, or end with what the problem document says."""
    if answer.is_success:
        return answer.json()
    problem = answer.json()
    fields = "".join(f"\n  {error['pointer']}: {error['detail']}" for error in problem.get("errors", []))
    sys.exit(f"{answer.status_code} {problem['code']}: {problem['detail']}{fields}")


if __name__ == "__main__":
    main()
