"""A report as what the caller asked for: JSON of its own schema, a table of the same figures, or a chart."""

from typing import TypeVar, cast

from fastapi import Response

from ticketdesk.api import charts
from ticketdesk.api.content_types import CSV, SVG, VARY
from ticketdesk.api.csv_tables import csv_response
from ticketdesk.domain.reports import Report
from ticketdesk.schemas import reports as schemas

AnyReport = TypeVar("AnyReport", bound=schemas.Report)
_TOTALS = "Total"


def answer(report: Report, schema: type[AnyReport], media: str) -> AnyReport:
    """Return the report for the route to send; a ``Response`` where it is no JSON, which passes through."""
    if media == CSV:
        return cast("AnyReport", _as_table(report))
    if media == SVG:
        return cast("AnyReport", _as_chart(report))
    return schema.model_validate(_document(report))


def _document(report: Report) -> dict[str, object]:
    layout, period = report.layout, report.period
    return {
        "title": layout.title,
        "made_at": report.made_at,
        "period": {"from_on": period.first, "to_on": period.last, "time_zone": period.zone.key},
        "group_by": report.grouping,
        "columns": [{"name": one.name, "label": one.label, "unit": one.unit} for one in layout.columns],
        "notes": layout.notes,
        "is_complete": report.is_complete,
        "rows": [{"group": {"key": row.key, "name": row.name}, **row.figures} for row in report.rows],
        "totals": report.totals,
    }


def _as_table(report: Report) -> Response:
    """Return one line for each group and a last one with the totals; headers are the names of the JSON's fields."""
    names = [column.name for column in report.layout.columns]
    lines = [[row.key, row.name, *(row.figures[name] for name in names)] for row in report.rows]
    lines.append([None, _TOTALS, *(report.totals[name] for name in names)])
    return csv_response([f"{report.grouping}_key", report.grouping, *names], lines, f"{_file_stem(report)}.csv")


def _as_chart(report: Report) -> Response:
    """Return the chart to be shown; opened by itself it is a document that can do nothing."""
    headers = VARY | {
        "Content-Disposition": f'inline; filename="{_file_stem(report)}.svg"',
        "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
    }
    return Response(charts.draw(report), media_type=SVG, headers=headers)


def _file_stem(report: Report) -> str:
    """Return what a file with the report is called, without its ending."""
    return f"{report.layout.name}-by-{report.grouping}-{report.period.first}-{report.period.last}"
