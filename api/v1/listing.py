"""`/v1/neighbourhoods/{force}/{id}/{kind}`: what is published of one kind, as the neighbourhood's own answer has it."""

from typing import Annotated

from fastapi import APIRouter, Path, Request, Response
from fastapi import Query as InQuery
from pydantic import Field

from api.police.force import updates_of
from api.publish.item.kind import Kind
from api.queries.ground import neighbourhood_index
from api.v1.answer import Asked, json_body
from api.v1.document import Document, forms
from api.v1.media import JSON
from api.v1.parameter import NoQuery
from api.v1.published import (
    AnswerDocument,
    ContactPointDocument,
    EventDocument,
    LinkDocument,
    MemberDocument,
    NewsDocument,
    PriorityDocument,
    published_json,
    revision_of,
)
from geo.neighbourhood import NeighbourhoodRef

router = APIRouter(tags=["places"])

_LISTED: dict[Kind, tuple[str, type[Document]]] = {
    Kind.MEMBER: ("team", MemberDocument),
    Kind.CONTACT_POINT: ("contact_points", ContactPointDocument),
    Kind.LINK: ("links", LinkDocument),
    Kind.PRIORITY: ("priorities", PriorityDocument),
    Kind.EVENT: ("events", EventDocument),
    Kind.NEWS: ("news", NewsDocument),
    Kind.ANSWER: ("answers", AnswerDocument),
}


def _add(kind: Kind, name: str, form: type[Document]) -> None:
    class Listing(Document):
        """What a neighbourhood's team publishes of one kind."""

        release: str
        force: str
        neighbourhood: str
        items: list[form] = Field(description="As in the neighbourhood's own answer.")  # type: ignore[valid-type]

    Listing.__name__ = Listing.__qualname__ = f"{form.__name__.removesuffix('Document')}Listing"

    def listing(
        request: Request,
        force: Annotated[str, Path(description="Id of the force.", examples=["leicestershire"])],
        neighbourhood: Annotated[str, Path(description="Id of the neighbourhood.", examples=["NC04"])],
        _query: Annotated[NoQuery, InQuery()],
    ) -> Response:
        asked, ref, updates = Asked(request, JSON), NeighbourhoodRef(force, neighbourhood), updates_of(request)
        neighbourhood_index(asked.release, ref)
        revision = revision_of(updates, ref)
        told = {"release": asked.release.id, "force": force, "neighbourhood": neighbourhood}
        with updates.reading() as connection:
            return asked.respond(lambda: json_body({**told, "items": published_json(connection, ref)[name]}), revision)

    path = f"/v1/neighbourhoods/{{force}}/{{neighbourhood}}/{kind}"
    summary = f"A neighbourhood's {name.replace('_', ' ')}"
    router.add_api_route(
        path, listing, methods=["GET"], summary=summary, response_model=Listing, responses=forms(JSON),
        name=f"list_{name}",
    )  # fmt: skip


for _kind, (_name, _form) in _LISTED.items():
    _add(_kind, _name, _form)
