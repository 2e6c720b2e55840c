"""``python -m chaos.postgres_child DIRECTORY``: a PostgreSQL that restarts when told to, in a process of its own.

Starting a server blocks whoever does it, and the callers have to go on meanwhile. Says its two addresses as a line of
JSON; then each line ``SIGNAL SECONDS`` ends the server by that signal, leaves it down for so long, starts it again and
answers ``up``. The end of standard input ends it.
"""

import json
import os
import signal
import sys
import time
from pathlib import Path

from ticketdesk.integrations.embedded_postgres import EmbeddedPostgres


def main() -> None:
    """Run the server until nobody listens any more."""
    with EmbeddedPostgres(Path(sys.argv[1])) as server:
        print(json.dumps([server.url(), server.url("postgres", role="postgres")]), flush=True)
        for line in sys.stdin:
            name, seconds = line.split()
            if server.pid is not None:
                os.kill(server.pid, signal.Signals[name])
            server.stop()
            time.sleep(float(seconds))
            server.start()
            print("up", flush=True)


if __name__ == "__main__":
    main()
