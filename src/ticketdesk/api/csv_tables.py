"""Tables as CSV that a spreadsheet opens without running anything in it."""

import csv
import io
from collections.abc import Iterable, Sequence

from fastapi import Response

from ticketdesk.api.content_types import CSV, VARY

# A cell that starts with one of these is a formula to a spreadsheet (OWASP, CSV injection), the wide forms to some.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def safe_cell(value: object) -> object:
    """Return ``value`` with an apostrophe before text that a spreadsheet would take for a formula; numbers stay."""
    if value is None:
        return ""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA_STARTS) else value


def csv_response(header: Sequence[str], rows: Iterable[Sequence[object]], filename: str) -> Response:
    """Return a CSV (RFC 4180, UTF-8) to be saved as ``filename``."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(header)
    writer.writerows([safe_cell(value) for value in row] for row in rows)
    headers = VARY | {"Content-Disposition": f'attachment; filename="{filename}"'}
    return Response(buffer.getvalue(), media_type=f"{CSV}; charset=utf-8", headers=headers)
