"""The words of source material: modules, and the kinds of questions in them (spec: product.md section 6)."""

from enum import StrEnum


class Module(StrEnum):
    """What a document is part of: records of processing (``vv``), measures (``tom``), audits."""

    VV = "vv"
    TOM = "tom"
    AUDIT = "audit"


class QuestionKind(StrEnum):
    """What an answer to a question is made of. ``yes_no`` knows ``not_applicable`` as well."""

    TEXT = "text"
    LONG_TEXT = "long_text"
    YES_NO = "yes_no"
    SINGLE_CHOICE = "single_choice"
    MULTIPLE_CHOICE = "multiple_choice"
    NUMBER = "number"
    DATE = "date"
    FILE = "file"
