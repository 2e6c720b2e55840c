"""The contract: stable operation ids, declared problems, no route without declared access."""

from fastapi import FastAPI

MAX_BODY_BYTES = 1_048_576


def install(app: FastAPI) -> None:
    """Check that every route declares its access."""
