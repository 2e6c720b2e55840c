"""Faults brought about on purpose, against real processes on loopback, and what the product did meanwhile.

The product knows nothing of this package. It borrows the tests' factories, and the tests run its small scale.
"""
