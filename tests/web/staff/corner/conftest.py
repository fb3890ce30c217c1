"""A force's web manager, and a reader of the same site at another worker."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from typer.testing import CliRunner

from api.publish.policy import Role, Where
from geo.store.layout import DataFolder
from web.settings import WebSettings
from web.site import create_site
from yourarea.command import cli


@pytest.fixture
def web(sign_in: Callable[..., Any]) -> Any:
    """The force administrator of Testshire, signed in."""
    return sign_in(Role.FORCE_ADMINISTRATOR, Where("testshire"), "Wyn Webb")


@pytest.fixture
def months(folder: DataFolder, testshire: Path, tmp_path: Path, street_csv: Callable[..., Path]) -> DataFolder:
    """Testshire with a second month, and a force beside it that recorded two crimes on its ground in March; live."""
    march = (testshire / "crimes/2024-03/2024-03-testshire-street.csv").read_bytes()
    (tmp_path / "more" / "2024-02").mkdir(parents=True)
    (tmp_path / "more/2024-02/2024-02-testshire-street.csv").write_bytes(march.replace(b"2024-03", b"2024-02"))
    row = ",2024-03,Elsewhere Constabulary,Elsewhere Constabulary,1.010000,54.005000,On or near Market Street,"
    street_csv(
        "elsewhere", "2024-03", [f"{row}E01999001,Testham 001A,{kind},," for kind in ("Drugs", "Robbery")], "more"
    )
    words = ["update", str(tmp_path / "more"), "--workers", "1", "--published", "2024-03", "--data", str(folder.root)]
    loaded = CliRunner().invoke(cli, words)
    assert loaded.exit_code == 0, loaded.output
    return folder


@pytest.fixture
def reader(web: Any, folder: DataFolder) -> Iterator[TestClient]:
    """A reader at a worker of its own, which keeps no finished page."""
    with TestClient(create_site(WebSettings(data_dir=folder.root, pages_kept_mb=0)), follow_redirects=False) as client:
        yield client
