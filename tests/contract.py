"""The contract as the program makes it: made once for a process, since that takes seconds. Only read it."""

from ticketdesk.api import openapi
from ticketdesk.api.v1 import ROUTERS

CONTEXTS = openapi.collect(ROUTERS)
CONTRACT = openapi.document(CONTEXTS)
