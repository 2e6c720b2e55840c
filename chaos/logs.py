"""What the product logs inside of this package's own processes: faults alone, and never where lines are answers."""

import logging
import sys

import structlog


def keep_faults() -> None:
    """From now on log only errors, on standard error."""
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
