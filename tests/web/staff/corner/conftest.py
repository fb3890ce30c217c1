"""A force's web manager, and a reader of the same site at another worker."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.publish.policy import Role, Where
from geo.store.layout import DataFolder
from web.settings import WebSettings
from web.site import create_site


@pytest.fixture
def web(sign_in: Callable[..., Any]) -> Any:
    """The force administrator of Testshire, signed in."""
    return sign_in(Role.FORCE_ADMINISTRATOR, Where("testshire"), "Wyn Webb")


@pytest.fixture
def reader(web: Any, folder: DataFolder) -> Iterator[TestClient]:
    """A reader at a worker of its own, which keeps no finished page."""
    with TestClient(create_site(WebSettings(data_dir=folder.root, pages_kept_mb=0)), follow_redirects=False) as client:
        yield client
