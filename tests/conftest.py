import pytest

pytest_plugins = ["tests.database", "tests.application", "tests.mail"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Start the long tests first."""
    items.sort(key=lambda item: item.get_closest_marker("long") is None)
