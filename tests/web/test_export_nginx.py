"""The lines for nginx that `docs/export-site.md` gives, in nginx itself."""

import os
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import httpx2 as httpx
import pytest

DOCUMENT = Path(__file__).parents[2] / "docs" / "export-site.md"
NGINX = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
AROUND = """
{user} daemon off; error_log {root}/error.log; pid {root}/nginx.pid; events {{}}
http {{ access_log off; client_body_temp_path {root}/b; proxy_temp_path {root}/p; fastcgi_temp_path {root}/f;
uwsgi_temp_path {root}/u; scgi_temp_path {root}/s; {server} }}
"""
USER = "user root;" if os.geteuid() == 0 else ""  # or its worker is another, who may not read what tests write
FILES = ("index.html", "404.html", "help/testshire/index.html", "static/site-1.css", "tiles/month-1/1/0/0.mvt")

pytestmark = pytest.mark.skipif(NGINX is None, reason="nginx is not here")


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A folder such as `export-site` writes, handed out by nginx as the document says."""
    root = tmp_path_factory.mktemp("nginx")
    for name in FILES:
        path = root / "site" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{name} " * 200)
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
    written = re.search(r"```nginx\n(.*?)```", DOCUMENT.read_text(encoding="utf-8"), re.DOTALL)
    assert written is not None
    server = written[1].replace("/srv/site", f"{root}/site").replace("{", f"{{ listen 127.0.0.1:{port};", 1)
    (root / "nginx.conf").write_text(AROUND.format(root=root, server=server, user=USER))
    process = subprocess.Popen([str(NGINX), "-c", f"{root}/nginx.conf", "-p", str(root)])
    with httpx.Client(base_url=f"http://127.0.0.1:{port}") as client:
        for _ in range(100):
            with socket.socket() as one:
                if one.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        yield client
    process.terminate()
    assert process.wait(10) == 0


def test_a_page_is_answered_with_what_only_a_header_can_say_and_asked_for_anew(host: httpx.Client) -> None:
    page = host.get("/help/testshire/")
    assert page.text.startswith("help/testshire/index.html")
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert page.headers["content-security-policy"] == "frame-ancestors 'none'"
    assert page.headers["x-content-type-options"] == "nosniff"
    assert page.headers["cross-origin-opener-policy"] == "same-origin"
    assert page.headers["referrer-policy"] == "no-referrer"
    assert page.headers["cache-control"] == "no-cache"
    assert page.headers["content-encoding"] == "gzip"


def test_an_address_without_its_slash_leads_on_without_a_scheme(host: httpx.Client) -> None:
    assert host.get("/help/testshire", follow_redirects=False).headers["location"] == "/help/testshire/"


def test_what_is_named_by_its_content_is_kept_and_still_not_framed(host: httpx.Client) -> None:
    for path, kind in (("/static/site-1.css", "text/css"), ("/tiles/month-1/1/0/0.mvt", "vector-tile")):
        answer = host.get(path)
        assert kind in answer.headers["content-type"]
        assert int(answer.headers["cache-control"].removeprefix("max-age=")) > 10_000_000
        assert answer.headers["content-security-policy"] == "frame-ancestors 'none'"


def test_what_is_not_there_is_the_editions_own_page(host: httpx.Client) -> None:
    answer = host.get("/area/LE1-5YA")
    assert answer.status_code == 404
    assert answer.text.startswith("404.html")
