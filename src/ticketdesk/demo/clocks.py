"""The clock that the story is told by: it starts days ago, so that reminders need not be waited for."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

# Where the desk of the story works; the settings it begins with say the same.
ZONE = ZoneInfo("America/Chicago")
SATURDAY = 5


class StoryClock:
    """The machine's clock, set back. It runs on by itself, and moves forward only when told to."""

    def __init__(self) -> None:
        self._behind = timedelta()

    def now(self) -> datetime:
        """Return the present of the story as aware UTC."""
        return datetime.now(UTC) - self._behind

    def today(self) -> date:
        """Return the story's day where the desk is."""
        return self.now().astimezone(ZONE).date()

    def set_back(self, days: int, at: time) -> None:
        """Go to ``at`` on the business day that is ``days`` days ago or the last one before that; desk time."""
        day = datetime.now(ZONE).date() - timedelta(days=days)
        day -= timedelta(days=max(0, day.weekday() - SATURDAY + 1))
        self.move_to(datetime.combine(day, at, ZONE))

    def move_to(self, moment: datetime) -> None:
        """Go to ``moment``, or to the real present if that comes first."""
        behind = datetime.now(UTC) - moment
        # Whole seconds: the ticks count their slots by the real clock's.
        self._behind = max(timedelta(), timedelta(seconds=int(behind.total_seconds())))

    def return_to_present(self) -> None:
        """Show the machine's own time from now on."""
        self._behind = timedelta()
