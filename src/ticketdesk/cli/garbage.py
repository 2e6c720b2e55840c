"""What the garbage collector need not look at again."""

import gc


def keep_start() -> None:
    """Leave everything that exists now out of the collector's rounds; to be called once all is imported and opened.

    Routes, schemas and statements stay to the end: the collector would walk all of them again and again, under requests
    and mails.
    """
    gc.collect()
    gc.freeze()
