"""Version 1 of the API: one router per feature; routers do not know each other."""

from fastapi import APIRouter

ROUTERS: tuple[APIRouter, ...] = ()
