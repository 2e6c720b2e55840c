"""What the garbage collector need not look at again."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def spare_imports() -> Iterator[None]:
    """Keep the collector still while modules are imported, of which nothing is garbage.

    It would walk through all that is there already again and again, for a sixth of the time that a start takes.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def keep_start() -> None:
    """Leave everything that exists now out of the collector's rounds; to be called once all is imported and opened.

    Routes, schemas and statements stay to the end: the collector would walk all of them again and again, under requests
    and mails.
    """
    gc.collect()
    gc.freeze()
