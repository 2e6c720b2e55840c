"""Search for what people type: beginnings of words by PostgreSQL's full-text search, parts of names in short tables."""

from typing import Any

from sqlalchemy import ColumnElement, false, func, select

from ticketdesk.domain.search_words import MAX_WORDS, words


def has_prefixes(search: ColumnElement[Any], text: str) -> ColumnElement[bool]:
    """Return the condition that every word of ``text`` begins a word in ``search``; nothing matches without words.

    What a word is, ``domain/search_words.py`` says.
    """
    query = _prefixes(text)
    return false() if query is None else search.bool_op("@@")(query)


def has_prefixes_one_by_one(search: ColumnElement[Any], text: str) -> ColumnElement[bool]:
    """Return the same condition for looking at row after row: the words are read once, before the first."""
    query = _prefixes(text)
    return false() if query is None else search.bool_op("@@")(read_once(query))


def read_once(query: ColumnElement[Any]) -> ColumnElement[Any]:
    """Return a query of words as a value that is there before the first row is looked at.

    A plan that is kept for any words would read them anew for each row; by an index it is quicker as it is.
    """
    return select(query).scalar_subquery()


def _prefixes(text: str) -> ColumnElement[Any] | None:
    typed = words(text)[:MAX_WORDS]
    if not typed:
        return None
    # Letters and digits alone: nothing that the query language could take for an operator.
    return func.to_tsquery("simple", " & ".join(f"'{word}':*" for word in typed))


def contains(column: ColumnElement[str], text: str) -> ColumnElement[bool]:
    """Return the condition that ``text`` is a part of ``column``, in whatever case; it reads every row."""
    return column.icontains(text, autoescape=True)
