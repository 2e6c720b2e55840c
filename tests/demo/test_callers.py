import httpx
import pytest

from ticketdesk.demo.callers import Caller, NotAsExpected, expect, until


def answering(status: int, **content: object) -> Caller:
    transport = httpx.MockTransport(lambda _: httpx.Response(status, **content))  # type: ignore[arg-type]  # json, text
    return Caller(httpx.AsyncClient(transport=transport, base_url="http://desk.test"))


async def test_refusal_is_told_in_the_words_of_the_problem() -> None:
    with pytest.raises(NotAsExpected, match=r"POST /tickets answered 409: It is closed\."):
        await answering(409, json={"detail": "It is closed."}).post("/tickets", {})


async def test_refused_input_names_the_fields() -> None:
    problem = {"detail": "Wrong.", "errors": [{"pointer": "/title", "detail": "Too long."}]}
    with pytest.raises(NotAsExpected, match=r"answered 422: /title: Too long\."):
        await answering(422, json=problem).patch("/tickets/1", {})


async def test_answer_that_is_no_problem_document_is_told_too() -> None:
    with pytest.raises(NotAsExpected, match="answered 502: Bad gateway"):
        await answering(502, text="Bad gateway").get("/me")


async def test_no_answer_is_not_as_expected() -> None:
    def refuse(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused", request=request)

    caller = Caller(httpx.AsyncClient(transport=httpx.MockTransport(refuse), base_url="http://desk.test"))
    with pytest.raises(NotAsExpected, match=r"GET /me got no answer \(ConnectError\)\."):
        await caller.get("/me")


async def test_every_post_has_a_key_of_its_own() -> None:
    keys = []

    def note(request: httpx.Request) -> httpx.Response:
        keys.append(request.headers["Idempotency-Key"])
        return httpx.Response(200, json={})

    caller = Caller(httpx.AsyncClient(transport=httpx.MockTransport(note), base_url="http://desk.test"))
    await caller.post("/tickets", {})
    await caller.post("/tickets", {})
    assert len(set(keys)) == 2


async def test_waiting_ends_when_it_holds_or_at_the_deadline() -> None:
    numbers = iter(range(100))

    async def count() -> int:
        return next(numbers)

    assert await until(count, lambda number: number == 3, "Never three.") == 3
    with pytest.raises(NotAsExpected, match="Never less"):
        await until(count, lambda number: number < 0, "Never less.", within=0.1)


def test_expectations() -> None:
    expect([1], "not told")
    with pytest.raises(NotAsExpected, match="Nothing there"):
        expect([], "Nothing there.")
