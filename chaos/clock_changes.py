"""The days on which clocks change, and when on them a clock on the wall first shows a time."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

STEP = timedelta(minutes=30)
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class ClockChange:
    """A day in a zone, with a local time that its clocks skip or show twice."""

    zone_name: str
    day: date
    awkward: time

    @property
    def zone(self) -> ZoneInfo:
        """The zone whose clocks change."""
        return ZoneInfo(self.zone_name)

    @property
    def days(self) -> tuple[date, date, date]:
        """The day before, the day itself and the day after."""
        return self.day - _DAY, self.day, self.day + _DAY

    def moments(self) -> Iterator[datetime]:
        """Give every half hour (UTC) of the three local days."""
        moment, end = self._midnight(self.days[0]), self._midnight(self.days[-1] + _DAY)
        while moment < end:
            yield moment
            moment += STEP

    def first_at(self, day: date, at: time) -> datetime:
        """Return the first half hour (UTC) at which a clock on the wall shows ``at`` or later on ``day``.

        Found by looking at the clock every half hour, and so by other means than the product's.
        """
        return next(moment for moment in self.moments() if self._shows(moment) >= datetime.combine(day, at))

    def _shows(self, moment: datetime) -> datetime:
        return moment.astimezone(self.zone).replace(tzinfo=None)

    def _midnight(self, day: date) -> datetime:
        return datetime.combine(day, time(), self.zone).astimezone(UTC)


CLOCK_CHANGES = (
    ClockChange("America/Chicago", date(2026, 3, 8), time(2, 30)),
    ClockChange("America/Chicago", date(2026, 11, 1), time(1, 30)),
    ClockChange("Europe/Berlin", date(2026, 3, 29), time(2, 30)),
    ClockChange("Europe/Berlin", date(2026, 10, 25), time(2, 30)),
    ClockChange("America/Santiago", date(2026, 4, 4), time(23, 30)),
    ClockChange("America/Santiago", date(2026, 9, 6), time(0, 30)),
)
