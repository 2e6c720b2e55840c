"""Products: what support tickets are about."""

from ticketdesk.schemas.products import Product
from ticketdesk.services.catalogue import Catalogue

products: Catalogue[Product] = Catalogue("Product", lambda uow: uow.products)
