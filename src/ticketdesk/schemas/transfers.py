"""Moving a ticket on to where it belongs, on the wire."""

from uuid import UUID

from pydantic import ConfigDict

from ticketdesk.schemas.base import Input, Paragraph
from ticketdesk.schemas.keywords import never, without

PARTS = ("user_id", "account_id", "product_id", "category_id", "contact_id", "comment")


class TransferInput(Input):
    """What changes, all at once or not at all; what is left out stays. ``comment`` is for staff only.

    A new contact brings their own account; only leads name a user.
    """

    user_id: UUID | None = None
    account_id: UUID | None = None
    product_id: UUID | None = None
    category_id: UUID | None = None
    contact_id: UUID | None = None
    comment: Paragraph | None = None

    model_config = ConfigDict(json_schema_extra=never(without(*PARTS)))
