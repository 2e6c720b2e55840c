"""Groups of reports about what clients were asked: by violation category, person, account or month."""

from sqlalchemy import CTE

from ticketdesk.domain.reports import Grouping, Period
from ticketdesk.models.contacts import accounts, contacts
from ticketdesk.models.monitored_items import violation_categories
from ticketdesk.models.tickets import ticket_violation_categories
from ticketdesk.repositories.report_summaries import Groups, by_calendar, by_link, by_reference

_ENDS = ("ticket_id", "violation_category_id")


def client_groups(facts: CTE, by: Grouping, period: Period) -> Groups:
    """Return the groups of facts that have ``ticket_id``, ``contact_id``, ``account_id`` and the moment ``at``."""
    if by is Grouping.PERSON:
        return by_reference(facts, "contact_id", contacts, "Nobody")
    if by is Grouping.ACCOUNT:
        return by_reference(facts, "account_id", accounts, "No account")
    if by is Grouping.MONTH:
        return by_calendar(facts, "at", "YYYY-MM", period.zone)
    return by_link(facts, "ticket_id", ticket_violation_categories, _ENDS, violation_categories, "No category")
