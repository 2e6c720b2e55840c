"""The environment variables as a table for people, read off the config class."""

from enum import StrEnum
from pathlib import Path
from typing import Any

from pydantic.fields import FieldInfo

from ticketdesk.cli.environment import PREFIX
from ticketdesk.config import Config


def markdown_table() -> str:
    """Return one row per variable: name, default, meaning."""
    rows = ["| variable | default | meaning |", "|---|---|---|"]
    for name, info in Config.model_fields.items():
        rows.append(f"| `{PREFIX}{name.upper()}` | {_default(info)} | {info.description} |")
    return "\n".join(rows) + "\n"


def _default(info: FieldInfo) -> str:
    value: Any = info.get_default()
    if value is None or value == ():
        return "–"
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    return f"`{value.value if isinstance(value, StrEnum) else value.as_posix() if isinstance(value, Path) else value}`"
