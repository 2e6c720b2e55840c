"""The running product under schemathesis: every operation, every check, as everybody who may or may not call it.

The product knows nothing of this package. It borrows the tests' factories, and the tests run it shortly.
"""
