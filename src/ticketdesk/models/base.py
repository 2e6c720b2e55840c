"""The metadata that all tables share, and the columns that many of them have in common."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, Column, DateTime, ForeignKey, MetaData, Uuid

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def primary_id() -> Column[Any]:
    """Return the ``id`` column: a UUIDv7 (RFC 9562) that the application makes, never the database."""
    return Column("id", Uuid, primary_key=True)


def reference(name: str, target: str, *, nullable: bool = False, index: bool = False) -> Column[Any]:
    """Return a foreign key to ``target.id``; nothing is ever deleted along with what it points to."""
    return Column(name, Uuid, ForeignKey(f"{target}.id", ondelete="RESTRICT"), nullable=nullable, index=index)


def moment(name: str, *, nullable: bool = False) -> Column[Any]:
    """Return a point in time, stored with zone and read back as aware UTC."""
    return Column(name, DateTime(timezone=True), nullable=nullable)


def one_of(column: str, values: type[StrEnum] | Iterable[str]) -> CheckConstraint:
    """Return the CHECK that repeats an enumeration of the domain in the database."""
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=f"{column}_known")
