"""The data folder that a request is answered from: for what is read from a release's files when it is asked for."""

from starlette.requests import Request

from api.settings import ApiSettings
from geo.store.layout import DataFolder


def folder_of(request: Request) -> DataFolder:
    """Where the live release's files lie."""
    settings: ApiSettings = request.app.state.settings
    return settings.folder
