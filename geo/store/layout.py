"""Where things lie in a data folder (docs/spec/data-folder.md)."""

from dataclasses import dataclass
from pathlib import Path

STORE_FORMAT = 1  # raised when a release of an earlier version could no longer be read as it is


@dataclass(frozen=True, slots=True)
class DataFolder:
    """The paths of one data folder. Nothing is read or made here.

    Attributes:
        root: the folder.
        run: names the run of a command that writes, so that its scratch files are its own.
    """

    root: Path
    run: str = ""

    @property
    def staged(self) -> Path:
        """The manifest that `load` and `build` add to."""
        return self.root / "staged.json"

    @property
    def live(self) -> Path:
        """The pointer: a small file that names the live release."""
        return self.root / "live.json"

    @property
    def lock(self) -> Path:
        """Held by whoever writes."""
        return self.root / "lock"

    @property
    def releases(self) -> Path:
        """The checked releases, one manifest each."""
        return self.root / "releases"

    @property
    def store(self) -> Path:
        """Immutable files, each named by its content."""
        return self.root / "store"

    @property
    def scratch(self) -> Path:
        """Files of this run on their way into the store."""
        return self.scratches / self.run

    @property
    def scratches(self) -> Path:
        """The scratch files of every run; whatever a stopped run left here is worth nothing."""
        return self.root / "scratch"

    def release(self, release_id: str) -> Path:
        """The manifest of that release."""
        return self.releases / f"{release_id}.json"

    def file(self, path: str) -> Path:
        """A file that a manifest names, by its path below the folder."""
        return self.root / path
