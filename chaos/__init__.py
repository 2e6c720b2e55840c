"""Faults brought about on purpose, against real processes on loopback, and what the product did meanwhile."""
