"""Compilations: begin, read, list, rename, archive, and what was sent of them."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query, Request, Response, status

from ticketdesk.api.deps import Uow, permitted
from ticketdesk.api.etags import IfMatch, tag_shown
from ticketdesk.api.idempotency import IdempotentRoute
from ticketdesk.api.pagination import Paging, render_page
from ticketdesk.domain.actors import Actor
from ticketdesk.domain.permissions import Permission
from ticketdesk.schemas.compilation_revisions import CompilationRevision, CompilationRevisionPage
from ticketdesk.schemas.compilations import (
    Compilation,
    CompilationCreate,
    CompilationPage,
    CompilationPatch,
    CompilationQuery,
)
from ticketdesk.services import compilation_revisions, compilations

router = APIRouter(prefix="/compilations", tags=["compilations"], route_class=IdempotentRoute)

CAN_READ = [Depends(permitted(Permission.COMPILATIONS_READ))]
CAN_WRITE = [Depends(permitted(Permission.COMPILATIONS_WRITE, also=Permission.COMPILATIONS_READ))]
Writer = Annotated[Actor, Depends(permitted(Permission.COMPILATIONS_WRITE, also=Permission.COMPILATIONS_READ))]
Filter = Annotated[CompilationQuery, Query()]
# As large as a column of revisions holds.
Number = Annotated[int, Path(ge=1, le=2**31 - 1)]


@router.get("", dependencies=CAN_READ, summary="List compilations")
async def list_compilations(
    query: Filter, uow: Uow, paging: Paging, request: Request, response: Response
) -> CompilationPage:
    """Without their questionnaires, oldest first."""
    return render_page(CompilationPage, await compilations.page(uow, query, paging), request, response)


@router.post("", summary="Begin a compilation", status_code=status.HTTP_201_CREATED)
async def create_compilation(data: CompilationCreate, uow: Uow, actor: Writer, response: Response) -> Compilation:
    """From nothing, from a whole document, or from chosen sections and questions of one, in one questionnaire."""
    compilation = await compilations.create(uow, actor, data)
    response.headers["Location"] = f"/api/v1/compilations/{compilation.id}"
    tag_shown(response, compilation.version, compilation)
    return compilation


@router.get("/{compilation_id}", dependencies=CAN_READ, summary="Read a compilation")
async def get_compilation(compilation_id: UUID, uow: Uow, response: Response) -> Compilation:
    """With its questions as their documents ask them now, and whether that is what was sent last."""
    compilation = await compilations.get(uow, compilation_id)
    tag_shown(response, compilation.version, compilation)
    return compilation


@router.patch("/{compilation_id}", dependencies=CAN_WRITE, summary="Change a compilation's name or description")
async def update_compilation(
    compilation_id: UUID, patch: CompilationPatch, uow: Uow, expected: IfMatch, response: Response
) -> Compilation:
    """A merge-patch. What it asks is changed below `questionnaires`."""
    compilation = await compilations.change(uow, compilation_id, patch, expected)
    tag_shown(response, compilation.version, compilation)
    return compilation


@router.put("/{compilation_id}/archive", dependencies=CAN_WRITE, summary="Archive a compilation")
async def archive_compilation(compilation_id: UUID, uow: Uow, expected: IfMatch, response: Response) -> Compilation:
    """It is read-only then, out of the default list, and cannot be sent; tickets that ask it go on."""
    compilation = await compilations.set_archived(uow, compilation_id, is_archived=True, expected=expected)
    tag_shown(response, compilation.version, compilation)
    return compilation


@router.delete("/{compilation_id}/archive", dependencies=CAN_WRITE, summary="Reactivate an archived compilation")
async def reactivate_compilation(compilation_id: UUID, uow: Uow, expected: IfMatch, response: Response) -> Compilation:
    """It can be edited and sent again."""
    compilation = await compilations.set_archived(uow, compilation_id, is_archived=False, expected=expected)
    tag_shown(response, compilation.version, compilation)
    return compilation


@router.get("/{compilation_id}/revisions", dependencies=CAN_READ, summary="List what was sent of a compilation")
async def list_compilation_revisions(
    compilation_id: UUID, uow: Uow, paging: Paging, request: Request, response: Response
) -> CompilationRevisionPage:
    """One revision for each time that something else was sent than before, oldest first."""
    page = await compilation_revisions.page(uow, compilation_id, paging)
    return render_page(CompilationRevisionPage, page, request, response)


@router.get("/{compilation_id}/revisions/{number}", dependencies=CAN_READ, summary="Read a revision that was sent")
async def get_compilation_revision(compilation_id: UUID, number: Number, uow: Uow) -> CompilationRevision:
    """Word for word as it was asked, whatever became of the documents."""
    return await compilation_revisions.get(uow, compilation_id, number)
