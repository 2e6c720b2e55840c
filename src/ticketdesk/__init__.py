"""Ticketdesk: tickets between a desk and the people it asks."""
