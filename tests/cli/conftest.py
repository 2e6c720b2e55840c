import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog
from tests.cli.commands import environment


@pytest.fixture(autouse=True)
def _logging_restored() -> Iterator[None]:
    """Put the logging of the test run back after a command has set up its own."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    root.handlers[:], root.level = handlers, level
    structlog.reset_defaults()


@pytest.fixture
def env(database_url: str, tmp_path: Path) -> dict[str, str]:
    """An environment in which a command works on the test's database."""
    return environment(DATABASE_URL=database_url, DATA_DIR=str(tmp_path / "data"))


@pytest.fixture
def unmigrated_env(empty_database_url: str, tmp_path: Path) -> dict[str, str]:
    """An environment with a database that has no schema yet."""
    return environment(DATABASE_URL=empty_database_url, DATA_DIR=str(tmp_path / "data"))
