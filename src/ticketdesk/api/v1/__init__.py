"""Version 1 of the API: one router per feature; routers do not know each other."""

from fastapi import APIRouter

from ticketdesk.api.v1 import (
    accounts,
    activities,
    api_keys,
    comments,
    contacts,
    me,
    messages,
    monitored_items,
    notifications,
    portal,
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
    monitored_items.router,
    violation_categories.router,
    tickets.router,
    comments.router,
    activities.router,
    messages.router,
    portal.router,
    workflows.router,
)
