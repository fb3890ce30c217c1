"""The live release: which one it is, taking up the next, and keeping the last ones open for a while."""

import asyncio
import logging
import os
import time
from collections.abc import Callable, Mapping

from api.kept_tile import kept_tile_file
from geo.errors import ReleaseGone, UnknownRelease, YourAreaError
from geo.store.holding import archives_of, holding_back
from geo.store.layout import DataFolder
from geo.store.manifest import Withheld
from geo.store.release import Release, TileFile, live_release_id

logger = logging.getLogger(__name__)

RETRY_S = 10.0  # a release that could not be opened is tried again: its files may still be on their way

NOT_OPENED = "The live release could not be opened; the log of the server says why."

_Sight = tuple[int, int, int]


class Live:
    """Follows the pointer of a data folder. Reading never waits: a swap replaces one reference.

    A request takes `current()` once and answers wholly from it; it goes on undisturbed when another takes its place.

    Args:
        folder: the data folder, which may be empty still.
        keep_old_s: how long a release stays open after another took its place.
        withheld: the months that forces hold back; those that a release counts all the same are left out of it.
    """

    def __init__(
        self, folder: DataFolder, keep_old_s: float, withheld: Callable[[], tuple[Withheld, ...]] = tuple
    ) -> None:
        self._folder = folder
        self._withheld = withheld
        self._held: tuple[Withheld, ...] = ()
        self._made: Release | None = None  # the live release as it was made
        self._keep_old_s = keep_old_s
        self._current: Release | None = None
        self._retired: tuple[tuple[Release, float], ...] = ()  # newest first, each with when it may be closed
        self._recalled: tuple[tuple[TileFile, float], ...] = ()  # archives of kept releases, each with the same
        self._tile_files: Mapping[str, TileFile] = {}
        self._seen: _Sight | None = None
        self._retry_at = 0.0
        self._problem: str | None = None
        self._looking = asyncio.Lock()

    def current(self) -> Release:
        """The live release.

        Raises:
            UnknownRelease: there is none yet.
        """
        if self._current is None:
            raise UnknownRelease(self.trouble or "No release is live yet.")
        return self._current

    async def kept(self, release_id: str) -> Release:
        """The release of that id, live or lately live.

        Raises:
            ReleaseGone: it is neither, even after a look at the pointer: another worker may have seen it earlier.
        """
        for look in (False, True):
            if look:
                await self.look()
            for release in (self._current, *(release for release, _ in self._retired)):
                if release is not None and release.id == release_id:
                    return release
        raise ReleaseGone("The release that the cursor began with is no longer open. Begin again without `cursor`.")

    @property
    def ready(self) -> bool:
        """Whether a release is live."""
        return self._current is not None

    @property
    def trouble(self) -> str | None:
        """That the release that the pointer names is not the one that serves; `None` while all is well."""
        return None if self._problem is None else NOT_OPENED

    @property
    def tile_files(self) -> Mapping[str, TileFile]:
        """The tile archives by stem, of the live release and of those that were live lately; another after a swap."""
        return self._tile_files

    def tile_file(self, stem: str) -> TileFile | None:
        """The tile archive of that stem, in the live release or one that was live lately."""
        return self._tile_files.get(stem)

    async def tile_file_soon(self, stem: str) -> TileFile | None:
        """The same, after a look at the pointer and then at the kept releases.

        A page may come from a worker that took up a release earlier than this one, or from before this one started.
        """
        await self.look()
        async with self._looking:
            if stem not in self._tile_files:
                await asyncio.to_thread(self._recall, stem)
        return self._tile_files.get(stem)

    async def watch(self, every_s: float) -> None:
        """Look at the pointer again and again, until cancelled."""
        while True:
            await asyncio.sleep(every_s)
            await self.look()

    async def look(self) -> None:
        """Take up the release that the pointer names, if it is another; opening happens off the event loop."""
        async with self._looking:
            await asyncio.to_thread(self._look)

    def _look(self) -> None:
        """Never raises: whatever is wrong with the new, the old goes on serving and `trouble` says why."""
        now = time.monotonic()
        try:
            self._close_old(now)
            sight = self._sight()
            self._hold_back()
            if sight == self._seen and (self._problem is None or now < self._retry_at):
                return
            self._seen, self._retry_at = sight, now + RETRY_S
            self._take_up(now)
            self._problem = None
        except YourAreaError as error:
            self._note(str(error))
        except Exception:
            logger.exception("The live release could not be opened.")
            self._note(NOT_OPENED)

    def _note(self, problem: str) -> None:
        """Tell the log, once, what is wrong: it names files, which the public need not know."""
        if problem != self._problem:
            logger.error("%s %s", problem, f"Release {self._current.id} goes on serving." if self._current else "")
        self._problem = problem

    def _sight(self) -> _Sight | None:
        try:
            stat = os.stat(self._folder.live)  # noqa: PTH116 (three attributes of one call)
        except FileNotFoundError:
            return None
        return stat.st_ino, stat.st_mtime_ns, stat.st_size

    def _take_up(self, now: float) -> None:
        release_id = live_release_id(self._folder)
        before = self._current
        if self._made is not None and self._made.id == release_id:
            return
        kept = [(release, until) for release, until in self._retired if release.id != release_id]
        known = [release for release, _ in self._retired]
        again = next((release for release in known if release.id == release_id), None)
        opened = again or Release.open(self._folder, release_id, like=[*known, *([before] if before else [])])
        if before is not None:
            kept.insert(0, (before, now + self._keep_old_s))
        self._made = opened
        self._swap(holding_back(opened, self._held), tuple(kept))
        logger.info("Release %s is live.", opened.id)

    def _hold_back(self) -> None:
        """Leave out what forces have taken back, at once: of releases that were live lately nothing more is told."""
        held = self._withheld()
        if held == self._held:
            return
        self._held = held
        if self._made is None:
            return
        self._recalled = ()
        self._swap(holding_back(self._made, held), ())
        logger.info("What forces hold back is another: %s serves.", self.current().id)

    def _recall(self, stem: str) -> None:
        name = stem.rpartition("-")[0]
        if name in archives_of(self._held, [name]):
            return  # an earlier one, with what was taken back in it
        try:
            file = kept_tile_file(self._folder, stem)
        except (OSError, ValueError) as error:  # damage is a ValueError too
            logger.error("A tile archive of an earlier release cannot be read: %s", error)
            return
        if file is not None and self._current is not None:
            self._recalled = (*self._recalled, (file, time.monotonic() + self._keep_old_s))
            self._swap(self._current, self._retired)

    def _close_old(self, now: float) -> None:
        kept = tuple((release, until) for release, until in self._retired if until > now)
        recalled = tuple((file, until) for file, until in self._recalled if until > now)
        if (len(kept), len(recalled)) != (len(self._retired), len(self._recalled)) and self._current is not None:
            self._recalled = recalled
            self._swap(self._current, kept)

    def _swap(self, current: Release, retired: tuple[tuple[Release, float], ...]) -> None:
        releases = [*(release for release, _ in reversed(retired)), current]
        files = [*(file for file, _ in self._recalled), *(f for one in releases for f in one.tile_files.values())]
        self._tile_files = {file.stem: file for file in files}
        self._retired = retired
        self._current = current
