"""What the OpenAPI document says of months of crime files that systems send in."""

from datetime import datetime
from typing import Any

from pydantic import Field

from api.publish.submission import State
from api.v1.document import Document
from api.v1.publishing_document import REFUSED, SENT


class RowDocument(Document):
    """A row that would be left out."""

    line: int
    reason: str


class FileDocument(Document):
    """What was found of one file."""

    name: str
    rows: int
    rejected: int = Field(description="How many rows would be left out.")
    rejects: dict[str, int] = Field(description="How many, by reason.")
    lines: list[RowDocument] = Field(description="The first hundred of them.")
    why: str | None = Field(description="Why the file cannot be loaded; null where it can.")


class SubmissionDocument(Document):
    """A month of crime files that was sent in."""

    id: int
    force: str
    month: str
    sha256: str = Field(description="Of the files, packed anew: the same files have the same.")
    state: State
    sent_at: datetime
    sent_by: str | None
    files: list[FileDocument] = Field(description="What was found; empty until the operator has tried it.")


class SubmissionsDocument(Document):
    """What was sent in of one month."""

    force: str
    month: str
    submissions: list[SubmissionDocument] = Field(description="The newest twenty, the newest first.")


ZIP: dict[str, Any] = {
    "required": True,
    "content": {"application/zip": {"schema": {"type": "string", "format": "binary"}}},
}
PUT_ANSWERS: dict[int | str, dict[str, Any]] = {
    **REFUSED,
    **SENT,
    200: {"description": "The same files were sent in before.", "model": SubmissionDocument},
    201: {"description": "They are kept.", "model": SubmissionDocument},
}
GET_ANSWERS: dict[int | str, dict[str, Any]] = {
    **REFUSED,
    200: {"description": "How far it is.", "model": SubmissionsDocument},
}
