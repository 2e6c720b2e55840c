"""The reporting taxonomy."""

from ticketdesk.schemas.violation_categories import ViolationCategory
from ticketdesk.services.catalogue import Catalogue

violation_categories: Catalogue[ViolationCategory] = Catalogue(
    "Violation category", lambda uow: uow.violation_categories
)
