import gc
from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from hypothesis import HealthCheck, settings

# Until everything is collected: each module that is loaded would have the collector walk through all before it.
gc.disable()

pytest_plugins = ["tests.database", "tests.application", "tests.mail", "tests.browsers"]

# A busy machine pauses a test now and then, which says nothing about what it shows.
settings.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("unhurried")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Start the long tests first, and run those with a browser last: it stays open from the first of them on."""
    items.sort(key=lambda item: (not has_marker(item, "long"), has_marker(item, "browser")))


def has_marker(item: pytest.Item, name: str) -> bool:
    return item.get_closest_marker(name) is not None


def pytest_collection_finish() -> None:
    """Keep what is loaded by now out of garbage collection, which would walk through it during the whole run."""
    gc.freeze()
    gc.enable()


@pytest.fixture(autouse=True, scope="session")
def _loggers_stay_changeable() -> Iterator[None]:
    """Keep no logger as one test set it up: it would write past what later tests set up to read its lines."""
    configure = structlog.configure

    def without_keeping(**settings: Any) -> None:
        configure(**settings | {"cache_logger_on_first_use": False})

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(structlog, "configure", without_keeping)
        yield
