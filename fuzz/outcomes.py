"""What a run did, and how it is told."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from schemathesis.engine import Status, StopReason, events
from schemathesis.engine.recorder import ScenarioRecorder

MAX_SHOWN = 600
HEADINGS = ("caller", "operations", "answered < 400", "cases", "failures", "seconds")
RULER = tuple("---" if name == HEADINGS[0] else "---:" for name in HEADINGS)


@dataclass(slots=True)
class Outcome:
    """What one caller's run did: operations met, operations that did what was asked, answers, failures in words."""

    caller: str
    operations: set[str] = field(default_factory=set)
    succeeded: set[str] = field(default_factory=set)
    statuses: Counter[int] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def cases(self) -> int:
        """How many requests were answered."""
        return self.statuses.total()

    @property
    def row(self) -> tuple[str, ...]:
        """The line of the table."""
        figures = (len(self.operations), len(self.succeeded), self.cases, len(self.failures), round(self.seconds))
        return (self.caller, *(f"{figure:,}" for figure in figures))

    def note(self, event: events.EngineEvent) -> None:
        """Add what an event tells; one that hints at a run that did not do everything is a failure too."""
        if isinstance(event, events.ScenarioFinished):
            self._note_answers(event.recorder)
            self.failures.extend(_failures(event.recorder))
        elif isinstance(event, events.NonFatalError):
            self.failures.append(f"{event.label}: {event.info.title}: {event.info.message}")
        elif isinstance(event, events.FatalError):
            self.failures.append(f"The run broke: {event.exception!r}")
        elif isinstance(event, events.EngineFinished):
            self.failures.extend(f"{failure.title}: {failure.message}" for failure in event.failures)
            if event.stop_reason is not StopReason.COMPLETED:
                self.failures.append(f"The run ended early: {event.stop_reason.value}")

    def _note_answers(self, recorder: ScenarioRecorder) -> None:
        for case_id, interaction in recorder.interactions.items():
            if interaction.response is None:
                continue
            label = recorder.cases[case_id].value.operation.label
            self.statuses[interaction.response.status_code] += 1
            self.operations.add(label)
            if interaction.response.status_code < 400:
                self.succeeded.add(label)


def _failures(recorder: ScenarioRecorder) -> Iterator[str]:
    for case_id, nodes in recorder.checks.items():
        for node in nodes:
            if node.status is not Status.FAILURE or node.failure_info is None:
                continue
            found, interaction = node.failure_info.failure, recorder.interactions.get(case_id)
            answer = interaction.response.text[:MAX_SHOWN] if interaction and interaction.response else "no answer"
            title = f"{found.operation}: {node.name}: {found.title}"
            yield "\n".join((title, found.message, node.failure_info.code_sample, answer))


def table(outcomes: Iterable[Outcome]) -> str:
    """Return a line per outcome below the headings, in Markdown."""
    return "\n".join(map(line, (HEADINGS, RULER, *(outcome.row for outcome in outcomes))))


def line(row: Iterable[str]) -> str:
    """Return a line of a table in Markdown."""
    return f"| {' | '.join(row)} |"
