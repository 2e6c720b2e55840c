"""Version 1 of the API: one router per feature; routers do not know each other."""

from fastapi import APIRouter

from ticketdesk.api.v1 import (
    accounts,
    activities,
    api_keys,
    comments,
    contact_cards,
    contacts,
    dispatches,
    me,
    messages,
    monitored_items,
    notifications,
    portal,
    reminders,
    sessions,
    settings,
    teams,
    tickets,
    users,
    violation_categories,
    workflows,
)

ROUTERS: tuple[APIRouter, ...] = (
    sessions.router,
    me.router,
    api_keys.router,
    users.router,
    teams.router,
    settings.router,
    notifications.router,
    accounts.router,
    contacts.router,
    contact_cards.router,
    monitored_items.router,
    violation_categories.router,
    tickets.router,
    comments.router,
    activities.router,
    reminders.router,
    dispatches.router,
    messages.router,
    portal.router,
    workflows.router,
)
