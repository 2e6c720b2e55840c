"""A document as it was when somebody kept it, whatever became of it since."""

from tests.application import ClientFor
from tests.factories.documents import create_document

from ticketdesk.bootstrap import Resources


async def test_a_kept_version_stays_as_it_was(client_for: ClientFor, resources: Resources) -> None:
    agent = await client_for("agent", name="Ada")
    made = await create_document(resources, title="Payroll")
    path = f"/api/v1/documents/{made.id}"
    before = (await agent.get(path)).json()
    kept = await agent.post(f"{path}/versions", json={"note": "For the auditor"})
    assert (kept.status_code, kept.headers["location"]) == (201, f"{path}/versions/1")
    assert kept.json()["content"] == before
    await agent.patch(path, json={"title": "Pay"})
    await agent.delete(f"{path}/questions/{made.questions['basis']}")
    stale = await agent.post(f"{path}/versions", json={}, headers={"If-Match": '"1"'})
    assert stale.status_code == 412
    assert (await agent.post(f"{path}/versions", json={})).json()["number"] == 2
    assert (await agent.get(f"{path}/versions/1")).json() == kept.json()
    first = (await agent.get(f"{path}/versions", params={"limit": 1})).json()
    second = (await agent.get(f"{path}/versions", params={"limit": 1, "cursor": first["next_cursor"]})).json()
    assert [(each["number"], each["note"]) for each in first["items"] + second["items"]] == [
        (1, "For the auditor"),
        (2, ""),
    ]
    for missing in (f"{path}/versions/3", "/api/v1/documents/0199a1b2-7c3d-7e4f-8a5b-6c7d8e9f0a1b/versions"):
        assert (await agent.get(missing)).status_code == 404
