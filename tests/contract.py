"""The routes, and the committed contract, which ``test_openapi.py`` shows to be made of them. Only read both."""

import json
from pathlib import Path
from typing import Any

from ticketdesk.api import openapi
from ticketdesk.api.v1 import ROUTERS

CONTEXTS = openapi.collect(ROUTERS)
COMMITTED = Path(__file__).parents[1] / "openapi" / "v1.json"
CONTRACT: dict[str, Any] = json.loads(COMMITTED.read_bytes())
