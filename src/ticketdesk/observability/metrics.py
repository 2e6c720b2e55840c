"""The figures of this process, in a registry of their own (Prometheus naming: base units, ``_total`` for counters)."""

from collections.abc import Mapping
from functools import cache

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
REGISTRY = CollectorRegistry()
ProcessCollector(registry=REGISTRY)

# Finer than the library's defaults where most answers lie, up to the statement time-out.
_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)

_REQUESTS = Counter(
    "ticketdesk_http_requests", "Answers by route and status", ["method", "route", "status"], registry=REGISTRY
)
_DURATIONS = Histogram(
    "ticketdesk_http_request_duration_seconds",
    "Time from the request's head to the end of the answer",
    ["method", "route"],
    buckets=_BUCKETS,
    registry=REGISTRY,
)
_TICKS = Counter("ticketdesk_ticks", "Runs of each tick by outcome", ["tick", "outcome"], registry=REGISTRY)
_TICK_DURATIONS = Histogram(
    "ticketdesk_tick_duration_seconds", "Time that a run of a tick took", ["tick"], buckets=_BUCKETS, registry=REGISTRY
)
_DATABASE_UP = Gauge("ticketdesk_database_up", "1 while the database answers", registry=REGISTRY)
_OUTBOX = Gauge("ticketdesk_outbox_rows", "Outbox rows that are not done", ["state"], registry=REGISTRY)
_MESSAGES = Gauge(
    "ticketdesk_messages", "Messages under way, and those of the last 24 hours, by state", ["state"], registry=REGISTRY
)


# A child per label set is looked up through a lock each time; the sets are few, so they are kept.
@cache
def _request_figures(method: str, route: str, status: int) -> tuple[Counter, Histogram]:
    return _REQUESTS.labels(method, route, str(status)), _DURATIONS.labels(method, route)


def count_request(method: str, route: str, status: int, seconds: float) -> None:
    """Count one answer; ``route`` is the template, never the path, so that ids make no time series."""
    requests, durations = _request_figures(method, route, status)
    requests.inc()
    durations.observe(seconds)


def count_tick(tick: str, outcome: str, seconds: float) -> None:
    """Count one run of a tick: ``done``, ``failed`` or ``skipped`` because another replica had the slot."""
    _TICKS.labels(tick, outcome).inc()
    if outcome != "skipped":
        _TICK_DURATIONS.labels(tick).observe(seconds)


def set_backlog(outbox: Mapping[str, int], messages: Mapping[str, int]) -> None:
    """Note what waits in the database; states that are absent count as zero."""
    _DATABASE_UP.set(1)
    for gauge, counts in ((_OUTBOX, outbox), (_MESSAGES, messages)):
        gauge.clear()
        for state, count in counts.items():
            gauge.labels(state).set(count)


def set_database_down() -> None:
    """Note that the database did not answer; its figures are unknown now, not zero."""
    _DATABASE_UP.set(0)
    _OUTBOX.clear()
    _MESSAGES.clear()


def render() -> bytes:
    """Return all figures in the Prometheus text format."""
    return generate_latest(REGISTRY)
