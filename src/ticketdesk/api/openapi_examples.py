"""Request bodies that show how the main operations are used; a test holds each against its schema."""

from collections.abc import Mapping
from typing import Any

REQUEST_EXAMPLES: Mapping[str, dict[str, Any]] = {}
