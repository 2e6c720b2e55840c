"""Version 1 of the API: one router per feature; routers do not know each other."""

from fastapi import APIRouter

from ticketdesk.api.v1 import settings

ROUTERS: tuple[APIRouter, ...] = (settings.router,)
