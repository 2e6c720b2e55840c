"""One run of schemathesis against a served product, as one caller."""

import time
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import schemathesis
from hypothesis import strategies as st
from schemathesis import AuthContext, Case
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import from_schema
from schemathesis.schemas import BaseSchema
from schemathesis.specs.openapi import converter

from fuzz import checks as checks
from fuzz import known_ids
from fuzz.outcomes import Outcome
from ticketdesk.api.etags import ENTITY_TAGS, ENTITY_TAGS_FORMAT
from ticketdesk.api.pages import CONTRACT_PATH

SETTINGS = Path(__file__).with_name("schemathesis.toml")
PHASES = ("examples", "coverage", "fuzzing", "stateful")

Credentials = Callable[[], str | None]

# The product writes its contract for whoever asks first, which takes a busy machine long.
CONTRACT_SECONDS = 120.0


@dataclass(frozen=True, slots=True)
class Plan:
    """How thorough a run is: the seed, cases per operation where values are drawn, phases, and which paths.

    ``patience``: seconds that an answer may take before that is a finding.
    """

    seed: int
    examples: int
    phases: tuple[str, ...] = PHASES
    paths: str = ""
    patience: float = 10.0

    @property
    def words(self) -> str:
        """What the run was, in words."""
        where = f", paths with {self.paths}" if self.paths else ""
        return f"phases {', '.join(self.phases)}; {self.examples} examples, seed {self.seed}{where}"


# The tool writes the greatest length of a text into its pattern, as {0,20000}, and compiles that for each body anew:
# most of a round's time, and two gigabytes. Without that, values are still drawn from pattern and length together.
vars(converter)["update_pattern_in_schema"] = lambda _schema: None
# Told how to write these, the tool also puts commas and quotes into headers.
schemathesis.openapi.format(ENTITY_TAGS_FORMAT, st.from_regex(ENTITY_TAGS, fullmatch=True))


def run(base_url: str, caller: str, credentials: Credentials, plan: Plan) -> Outcome:
    """Fuzz the product at ``base_url`` with credentials got afresh for each case; blocks until the plan is done."""
    began = time.monotonic()
    contract = httpx.get(f"{base_url}{CONTRACT_PATH}", timeout=CONTRACT_SECONDS).raise_for_status().json()
    ids = _reachable(base_url, contract, credentials())
    settings = _settings(base_url, plan, known_ids.bindings(contract, ids))
    schema = schemathesis.openapi.from_dict(contract, config=settings)
    _authenticate(schema, credentials)
    outcome = Outcome(caller)
    selected = schema.include(path_regex=plan.paths) if plan.paths else schema
    for event in from_schema(selected).execute():
        outcome.note(event)
    outcome.seconds = time.monotonic() - began
    return outcome


def _reachable(base_url: str, contract: dict[str, Any], credential: str | None) -> known_ids.Ids:
    headers = {"Authorization": f"Bearer {credential}"} if credential else {}
    with httpx.Client(base_url=base_url, headers=headers, timeout=CONTRACT_SECONDS) as client:
        return known_ids.find(contract, client)


def _settings(base_url: str, plan: Plan, added: dict[str, Any]) -> SchemathesisConfig:
    settings = SchemathesisConfig.from_dict(tomllib.loads(SETTINGS.read_text()) | added)
    settings.update(seed=plan.seed, max_failures=None)
    settings.projects.override.update(base_url=base_url, request_timeout=plan.patience)
    settings.projects.override.phases.update(phases=list(plan.phases))
    settings.projects.override.generation.update(max_examples=plan.examples)
    return settings


def _authenticate(schema: BaseSchema, credentials: Credentials) -> None:
    class Bearer:
        """Asks for a credential before each case, so that one that was lost is replaced."""

        def get(self, _case: Case[Any], _context: AuthContext) -> str | None:
            return credentials()

        def set(self, case: Case[Any], data: str, _context: AuthContext) -> None:
            case.headers["Authorization"] = f"Bearer {data}"

    schema.auth(refresh_interval=None)(Bearer)
