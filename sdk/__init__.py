"""Shows that the contract makes good clients: it is linted, clients are generated, compiled, and drive the product.

The product knows nothing of this package. What it installs and generates stays in folders that git ignores.
"""
