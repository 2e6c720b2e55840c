"""How much of a body is taken, in what time, and how much all bodies under way may hold together."""

import asyncio

from starlette.types import Message, Receive, Scope

from ticketdesk.api.refusals import RequestRefused

MAX_BYTES = 1_048_576
# A body that is passed on as it comes may take so long altogether, each part of it as long as others do as a whole.
STREAM_SECONDS = 600.0
# Who sends more slowly than this is not served; nothing but the connection is held meanwhile.
BODY_SECONDS = 30.0
# A client that is still writing does not see an answer after which the connection is closed under it. What is too much
# is therefore taken in and dropped before we answer; nobody is listened to for longer than this.
DRAIN_SECONDS = 30.0
# What was taken stays held meanwhile, so where that is the trouble it is a moment only.
MOMENT_SECONDS = 1.0
# Thousands of bodies that stop short of their last byte would otherwise hold the limit of each.
MAX_HELD_BYTES = 12 * MAX_BYTES
CLOSE = {"Connection": "close"}


async def _drain(receive: Receive, seconds: float) -> bool:
    """Drop the rest of the body; tells whether its end was reached."""
    try:
        async with asyncio.timeout(seconds):
            while (await receive()).get("more_body", False):  # noqa: ASYNC110 - what is awaited is the body
                # The others' turn: a fast client could keep the loop busy with nothing but this.
                await asyncio.sleep(0.001)
    except TimeoutError:
        return False
    return True


def _too_large(limit: int, *, is_drained: bool) -> RequestRefused:
    # What is still under way must not be read as the next request.
    headers = {} if is_drained else CLOSE
    return RequestRefused(413, "body_too_large", f"A body may have at most {limit} bytes here.", headers=headers)


class Body:
    """One request's body on its way in; ``release`` is to be called when the request has ended, however it did."""

    __slots__ = ("_asks_first", "_deadline", "_held", "_is_passed_on", "_is_whole", "_limit", "_receive", "_taken")
    # Of all bodies of this process.
    held = 0

    def __init__(self, receive: Receive, limit: int) -> None:
        self._receive = receive
        self._limit = limit
        self._taken = 0
        self._held = 0
        self._is_passed_on = False
        self._asks_first = False
        self._deadline: float | None = None
        self._is_whole = False

    async def pass_on(self, scope: Scope, limit: int) -> None:
        """Take up to ``limit`` bytes from now on for a route that keeps nothing of them in memory.

        Raises as ``refuse_announced`` does.
        """
        self._limit = limit
        self._is_passed_on = True
        await self.refuse_announced(scope)

    async def drop(self) -> bool:
        """Drop the rest of a body that was refused, so that its sender gets to see why; tells whether its end came.

        Who asks first (RFC 9110 section 10.1.1) is waiting for our answer and sends nothing.
        """
        if not self._is_whole and not self._asks_first:
            self._is_whole = await _drain(self._receive, DRAIN_SECONDS)
        return self._is_whole

    async def refuse_announced(self, scope: Scope) -> None:
        """Raise ``RequestRefused`` for what the head already says: 413 for the length, 415 for a compressed body."""
        self._asks_first = self._taken == 0 and any(name == b"expect" for name, _ in scope["headers"])
        for name, value in scope["headers"]:
            if name == b"content-length":
                if value.isdigit() and int(value) > self._limit:
                    raise _too_large(self._limit, is_drained=await self.drop())
            elif name == b"content-encoding" and value.strip().lower() not in {b"", b"identity"}:
                # RFC 9110 section 15.5.16: this is how a client learns that the coding was the reason.
                headers = {"Accept-Encoding": "identity"}
                raise RequestRefused(415, "unsupported_media_type", "Send the body uncompressed.", headers=headers)

    async def receive(self) -> Message:
        """Pass on what comes; raises ``RequestRefused`` 413, 408 after ``BODY_SECONDS``, 503 where all hold too much.

        After the last part it waits for as long as it takes, since then it is the client's leaving that is waited for.
        """
        if self._is_whole:
            return await self._receive()
        self._asks_first = False
        message = await self._in_time()
        size = len(message.get("body", b""))
        self._is_whole = not message.get("more_body", False)
        self._taken += size
        if not self._is_passed_on:
            self._held += size
            Body.held += size
        if self._taken > self._limit:
            raise _too_large(self._limit, is_drained=await self.drop())
        if Body.held > MAX_HELD_BYTES and not self._is_whole:
            await _drain(self._receive, MOMENT_SECONDS)
            detail = "Too many large requests are under way. The same request may be sent again."
            raise RequestRefused(503, "unavailable", detail, headers={"Retry-After": "2"} | CLOSE)
        return message

    async def _in_time(self) -> Message:
        now = asyncio.get_running_loop().time()
        if self._deadline is None:
            self._deadline = now + (STREAM_SECONDS if self._is_passed_on else BODY_SECONDS)
        try:
            async with asyncio.timeout_at(min(self._deadline, now + BODY_SECONDS)):
                return await self._receive()
        except TimeoutError as error:
            raise RequestRefused(408, "request_timeout", "The body did not arrive in time.", headers=CLOSE) from error

    def release(self) -> None:
        """Give back what this body was counted for."""
        Body.held -= self._held
        self._held = 0
