"""Search for what people type: beginnings of words by PostgreSQL's full-text search, parts of names in short tables."""

from typing import Any

from sqlalchemy import ColumnElement, false, func

from ticketdesk.domain.search_words import MAX_WORDS, words


def has_prefixes(search: ColumnElement[Any], text: str) -> ColumnElement[bool]:
    """Return the condition that every word of ``text`` begins a word in ``search``; nothing matches without words.

    What a word is, ``domain/search_words.py`` says.
    """
    typed = words(text)[:MAX_WORDS]
    if not typed:
        return false()
    # Letters and digits alone: nothing that the query language could take for an operator.
    return search.bool_op("@@")(func.to_tsquery("simple", " & ".join(f"'{word}':*" for word in typed)))


def contains(column: ColumnElement[str], text: str) -> ColumnElement[bool]:
    """Return the condition that ``text`` is a part of ``column``, in whatever case; it reads every row."""
    return column.icontains(text, autoescape=True)
