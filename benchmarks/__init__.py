"""How fast the product is, measured beside a bare program that does the same work in the same database."""
