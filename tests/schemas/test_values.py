"""Values that look like other JSON values, read strictly."""

from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from ticketdesk.schemas.values import CalendarDate, ClockTime, WebAddress, ZoneName


def refusal(kind: Any, value: object) -> str | None:
    try:
        TypeAdapter(kind).validate_python(value)
    except ValidationError as refused:
        return refused.errors()[0]["type"]
    return None


@pytest.mark.parametrize(
    ("value", "refused"),
    [
        ("https://social.example/p/8812?x=1&y=%20#top", None),
        ("http://social.example", None),
        ("HTTPS://Social.example:8443/ü", None),
        ("https://[2001:db8::1]/", None),
        ("javascript:alert(1)", "url_scheme"),
        ("JaVaScRiPt://x.example/%0aalert(1)", "url_scheme"),
        ("data:text/html,x", "url_scheme"),
        ("ftp://x.example", "url_scheme"),
        ("//x.example", "url_scheme"),
        ("x.example/p", "url_scheme"),
        ("http:///p", "url_scheme"),
        ("http://[::1", "url_scheme"),
        ("http://x.example:99999/", "url_scheme"),
        ("https://bank.example@evil.example/", "url_credentials"),
        ('https://x.example/"><script>', "url_character"),
        ("https://x.example/a b", "url_character"),
        ("https://x.example/\n", None),
        ("https://x.example/a\nb", "control_character"),
        ("https://x.example/" + "a" * 2000, "string_too_long"),
        (7, "string_type"),
    ],
)
def test_web_addresses(value: object, refused: str | None) -> None:
    assert refusal(WebAddress, value) == refused


@pytest.mark.parametrize("name", ["UTC", "America/Chicago", "Europe/Berlin", "Etc/GMT+5", "America/Argentina/Ushuaia"])
def test_zones_are_named_in_full(name: str) -> None:
    assert refusal(ZoneName, name) is None


@pytest.mark.parametrize(
    "name", ["CST", "EST", "MST7MDT", "america/chicago", "Mars/Base", "../UTC", "/UTC", "", "posix/UTC", "America/"]
)
def test_other_zones_are_refused(name: str) -> None:
    assert refusal(ZoneName, name) == "unknown_zone"


@pytest.mark.parametrize("value", ["2026-2-3", "20260203", "2026-02-30", "2026-02-03T00:00", 0, True, None, 1.5, []])
def test_other_dates_are_refused(value: object) -> None:
    assert refusal(CalendarDate, value) in {"date_format", "date_unknown"}


@pytest.mark.parametrize("value", ["1969-12-31", "0001-01-01", "3000-01-01"])
def test_dates_out_of_range_are_refused(value: str) -> None:
    assert refusal(CalendarDate, value) == "date_out_of_range"


@pytest.mark.parametrize("value", ["24:00", "9:00", "09:60", "0900", "09:00:00", " 09:00", 9, True, None, "٠٩:٠٠"])
def test_other_times_are_refused(value: object) -> None:
    assert refusal(ClockTime, value) == "clock_time_format"


def test_values_are_written_as_they_are_read() -> None:
    for kind, text in ((CalendarDate, "2028-02-29"), (ClockTime, "00:05"), (ClockTime, "23:59")):
        adapter: TypeAdapter[Any] = TypeAdapter(kind)
        assert adapter.dump_json(adapter.validate_python(text)).decode() == f'"{text}"'
