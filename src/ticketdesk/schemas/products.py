"""Products: what a client uses, and so what a support ticket may be about."""

from pydantic import Field, StrictBool

from ticketdesk.schemas.base import Input, Line, PageSchema
from ticketdesk.schemas.catalogue import CatalogueEntry
from ticketdesk.schemas.patches import Patch, unchanged


class Product(CatalogueEntry):
    """What a support ticket is about. ``version`` is part of its ``ETag``."""


class ProductPage(PageSchema[Product]):
    """One page of products, oldest first unless sorted otherwise."""


class ProductCreate(Input):
    """A new product."""

    name: Line = Field(description="unique", examples=["Agent website"])


class ProductPatch(Patch):
    """A merge-patch of a product; an inactive one stays on its tickets but is put on no new ones."""

    name: Line = unchanged()
    is_active: StrictBool = unchanged()
