"""Which of several types an answer has: what ``Accept`` likes best of them (RFC 9110 section 12.5.1)."""

from collections.abc import Callable, Sequence
from typing import Any

from fastapi import Request, Response
from fastapi.dependencies.models import Dependant

from ticketdesk.api.openapi_responses import header_refs
from ticketdesk.api.refusals import RequestRefused

JSON, CSV, SVG = "application/json", "text/csv", "image/svg+xml"
NOT_ACCEPTABLE = 406
VARY = {"Vary": "Accept"}
_MAX_RANGES = 50


def choose(accept: str | None, offered: Sequence[str]) -> str | None:
    """Return the type in ``offered`` that weighs most, the first one among equals; ``None`` where none is wanted.

    The most specific range that fits a type gives its weight; without ``Accept`` every type is wanted. A weight that
    cannot be read counts as 0.
    """
    if accept is None or not accept.strip():
        return offered[0]
    weights = dict(_ranges(accept))
    best = max(offered, key=lambda media: _weight(media, weights))
    return best if _weight(best, weights) > 0 else None


def _ranges(accept: str) -> list[tuple[str, float]]:
    found = []
    for part in accept.lower().split(",")[:_MAX_RANGES]:
        media, *parameters = (piece.strip() for piece in part.split(";"))
        weight = next((piece[2:] for piece in parameters if piece.startswith("q=")), "1")
        found.append((media, _number(weight)))
    return found


def _number(weight: str) -> float:
    is_weight = weight.replace(".", "", 1).isascii() and weight.replace(".", "", 1).isdigit()
    return min(float(weight), 1.0) if is_weight else 0.0


def _weight(media: str, weights: dict[str, float]) -> float:
    for wanted in (media, f"{media.partition('/')[0]}/*", "*/*"):
        if wanted in weights:
            return weights[wanted]
    return 0.0


class Negotiated:
    """The dependency that chooses a route's type; the first one offered is what a caller without a wish gets.

    The contract says it by the types of the answer: OpenAPI 3.1 section 4.8.12.1 has no parameter of the name Accept.
    """

    def __init__(self, *offered: str) -> None:
        self.offered = offered

    def __call__(self, request: Request, response: Response) -> str:
        """Return the type; raises ``RequestRefused`` (406 ``not_acceptable``) where none of them is wanted."""
        chosen = choose(", ".join(request.headers.getlist("accept")), self.offered)
        if chosen is None:
            detail = f"The answer comes as {', '.join(self.offered)}."
            raise RequestRefused(NOT_ACCEPTABLE, "not_acceptable", detail, headers=VARY)
        response.headers.update(VARY)
        return chosen


def negotiated(*offered: str) -> Callable[..., str]:
    """Return the dependency for ``Annotated[str, Depends(negotiated(...))]``."""
    return Negotiated(*offered)


def offers_types(dependant: Dependant) -> bool:
    """Tell whether a route lets the caller choose a type."""
    return any(isinstance(sub.call, Negotiated) or offers_types(sub) for sub in dependant.dependencies)


def also(*offered: str) -> dict[int | str, dict[str, Any]]:
    """Return what the contract says of types besides JSON, which are files to be saved."""
    content = {media: {"schema": {"type": "string"}} for media in offered}
    return {200: {"content": content, "headers": header_refs("Content-Disposition")}}
