from collections.abc import AsyncIterator
from dataclasses import replace

import httpx
import pytest
from fastapi import FastAPI
from tests.api import probe
from tests.application import BASE_URL

from ticketdesk.app import create_app
from ticketdesk.bootstrap import Resources
from ticketdesk.config import Config

FRONT_END = "https://front.example"


@pytest.fixture
def probed_config(config: Config) -> Config:
    return config.model_copy(update={"cors_origins": (FRONT_END,), "metrics_token": "m" * 32})


@pytest.fixture
def probed(resources: Resources, probed_config: Config) -> FastAPI:
    """The application, assembled as ever, but with the routes of ``tests.api.probe``."""
    return create_app(replace(resources, config=probed_config), [probe.router])


@pytest.fixture
async def client(probed: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(probed), base_url=BASE_URL) as opened:
        yield opened
