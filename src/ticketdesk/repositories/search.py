"""Prefix search over words (see ``domain/search_words.py``) with the full-text search that PostgreSQL brings along."""

from typing import Any

from sqlalchemy import ColumnElement, false, func

from ticketdesk.domain.search_words import MAX_WORDS, words


def has_prefixes(search: ColumnElement[Any], text: str) -> ColumnElement[bool]:
    """Return the condition that every word of ``text`` begins a word in ``search``; nothing matches without words."""
    typed = words(text)[:MAX_WORDS]
    if not typed:
        return false()
    # Letters and digits alone: nothing that the query language could take for an operator.
    return search.bool_op("@@")(func.to_tsquery("simple", " & ".join(f"'{word}':*" for word in typed)))
