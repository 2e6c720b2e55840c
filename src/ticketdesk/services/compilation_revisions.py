"""What a compilation asked each time it was sent."""

from uuid import UUID

from ticketdesk.domain.errors import NotFound
from ticketdesk.domain.paging import Page, PageRequest
from ticketdesk.repositories.unit_of_work import UnitOfWork
from ticketdesk.schemas.compilation_revisions import CompilationRevision, CompilationRevisionSummary


async def get(uow: UnitOfWork, compilation_id: UUID, revision: int) -> CompilationRevision:
    """Return a revision word for word; raises ``NotFound``, also for one that was not sent yet."""
    found = await uow.compilation_revisions.find(compilation_id, revision)
    if found is None:
        raise NotFound("Revision")
    return found


async def page(uow: UnitOfWork, compilation_id: UUID, request: PageRequest) -> Page[CompilationRevisionSummary]:
    """Return a page of the revisions that were sent, oldest first; raises ``NotFound``."""
    if await uow.compilations.find(compilation_id) is None:
        raise NotFound("Compilation")
    return await uow.compilation_revisions.page(compilation_id, request)
