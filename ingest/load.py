"""`load`: published files into the staged manifest. Workers do the reading; this coordinator alone writes."""

from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

from geo.errors import UnreadableSource
from geo.force import ForceRegister
from geo.month import Month
from geo.store.manifest import Declaration, FileRef, Publication
from geo.supply import Kind, SupplyState
from ingest.coverage import read_coverage
from ingest.member import Account, Loaded, Refused, load_member
from ingest.source import Member, SourceContent, find_content
from ingest.workspace import Workspace, file_problem

_WINDOW = 16  # files being read at a time


@dataclass
class LoadReport:
    """What one `load` did, file by file.

    Attributes:
        files: the account of every file read, in order of force, month and kind; of equal copies, of one.
        unchanged: names of files whose very records were held already.
        refused: files left out, and why; what is live of them stays as it was.
        history: names of files of an older publication than the one that rules.
        passed_over: CSV files that are none of ours.
    """

    published: Month | None = None
    files: list[Account] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    history: list[str] = field(default_factory=list)
    passed_over: list[str] = field(default_factory=list)
    declared: int = 0

    def rejects(self) -> dict[str, int]:
        """Rejects by reason, over all files."""
        total: Counter[str] = Counter()
        for one in self.files:
            total.update(one.rejects)
        return dict(sorted(total.items()))

    def rows(self) -> dict[str, int]:
        """Rows by kind, over all files; records and rejects together."""
        total = dict.fromkeys(map(str, Kind), 0)
        for one in self.files:
            total[str(one.member.kind)] += one.rows
        return total


@dataclass(frozen=True)
class LoadOrder:
    """What `load` is asked to do.

    Attributes:
        published: the monthly issue the sources are; `None` takes each source's newest month.
        sources: zips, folders and CSV files.
        complete: whether the sources are known to be whole, so that a force they lack supplied nothing.
        replacing: whether another file of the same publication may take the place of the one that is held.
    """

    sources: list[Path]
    published: Month | None = None
    complete: bool = False
    replacing: bool = False

    @cached_property
    def content(self) -> SourceContent:
        """What is in the sources.

        Raises:
            UnreadableSource: a source that is missing, damaged or holds no published file.
        """
        return find_content(self.sources)


def load(
    work: Workspace,
    order: LoadOrder,
    register: ForceRegister,
    executor: Executor,
    done: Callable[[Loaded | Refused], None],
) -> LoadReport:
    """Load sources into the staged manifest; loading the same again changes nothing.

    The manifest is staged once, at the end: a load that is stopped leaves it as it was, and files in the store that the
    next one finds there.

    Args:
        work: the locked data folder.
        order: what to load, and as what.
        register: the forces there are; files of others are refused.
        executor: where the workers run.
        done: called after each file, for a progress bar.

    Raises:
        UnreadableSource: a source that is missing, damaged or holds no published file; nothing of it is loaded.
    """
    content = order.content
    issues = _issues(content.members, order)
    report = LoadReport(max(issues.values(), default=None), passed_over=list(content.passed_over))
    report.refused.extend(_unknown_forces(content.members, register))
    members = [member for member in content.members if member.force in register]
    shelf = _Shelf(work, order.replacing, report)
    declarations = _declared(work, order, register, issues)
    for result in _in_order(executor, members, register):
        if isinstance(result, Refused):
            report.refused.append(result)
        else:
            shelf.add(result, issues[_archive(result.account.member.source, order.sources)])
        done(result)
    if order.complete:
        declarations.extend(_absences(members, register, order, issues))
    shelf.stage(declarations)
    return report


def _in_order(executor: Executor, members: list[Member], register: ForceRegister) -> Iterator[Loaded | Refused]:
    """Each member's result, in order; only a few results wait in memory at any time."""
    waiting: deque[Future[Loaded | Refused]] = deque()
    for member in members:
        waiting.append(executor.submit(load_member, member, register.force(member.force).reported_as))
        if len(waiting) >= _WINDOW:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()


class _Shelf:
    """The publications of the staged manifest while files are added to it."""

    def __init__(self, work: Workspace, replacing: bool, report: LoadReport) -> None:
        self._work, self._replacing, self._report = work, replacing, report
        self._manifest = work.staged()
        self._held = {_order(one): one for one in self._manifest.publications}
        self._added: set[tuple[str, Month, str, Month]] = set()
        self._newest = {key: rule.published for key, rule in self._manifest.live.items()}

    def add(self, loaded: Loaded, published: Month) -> None:
        """One more publication, unless its records are held already or would silently replace others."""
        account, member = loaded.account, loaded.account.member
        key = (member.force, member.month, member.kind)
        place = (member.force, member.month, str(member.kind), published)
        rival = self._held.get(place)
        same = rival is not None and rival.content == account.content
        if rival is not None and not same and not self._replacing:
            why = (
                f"{member.name}: another file of the publication {published} is held (from {rival.source}). Say which "
                f"monthly issue this one is with --published, or put it in the other's place with --replace."
            )
            self._report.refused.append(Refused(member, why))
            return
        if same and place in self._added:
            return  # a copy of one of these very sources: counted already
        self._added.add(place)
        self._report.files.append(account)
        if rival is not None and same and self._sound(rival):
            self._report.unchanged.append(member.name)
            return
        if self._newest.get(key, published) > published:
            self._report.history.append(member.name)
        self._newest[key] = max(published, self._newest.get(key, published))
        self._held[place] = _publication(self._work, loaded, published)

    def _sound(self, publication: Publication) -> bool:
        """Whether every file of a publication is there and whole: loading again mends what is not."""
        refs = (publication.file, publication.member, publication.reject_file)
        return not any(file_problem(self._work.folder, ref) for ref in refs if ref is not None)

    def stage(self, declarations: Iterable[Declaration]) -> None:
        """Make what was added the staged manifest, with each declaration that outweighs the one before it.

        Silence says nothing of what is held from elsewhere, whichever of the two came first.
        """
        said = dict(self._manifest.declared)
        for one in declarations:
            if (one.key not in said or one.outweighs(said[one.key])) and not (one.inferred and one.key in self._newest):
                said[one.key] = one
                self._report.declared += 1
        said = {key: one for key, one in said.items() if not (one.inferred and key in self._newest)}
        publications = tuple(self._held[key] for key in sorted(self._held))
        manifest = self._manifest.changed(
            publications=publications, declarations=tuple(said[key] for key in sorted(said))
        )
        self._work.stage(manifest)


def _issues(members: Iterable[Member], order: LoadOrder) -> dict[Path, Month]:
    """The issue of each archive: as told, or its newest month."""
    newest: dict[Path, Month] = {}
    for member in members:
        archive = _archive(member.source, order.sources)
        newest[archive] = order.published or max(newest.get(archive, member.month), member.month)
        if newest[archive] < member.month:
            raise UnreadableSource(
                f"{member.name} cannot have been published in {newest[archive]}, before its own month."
            )
    return newest


def _declared(
    work: Workspace, order: LoadOrder, register: ForceRegister, issues: Mapping[Path, Month]
) -> list[Declaration]:
    """What the coverage files declare: of the issue they came with, or on their own of the newest there is."""
    held = (one.published for one in work.staged().publications)
    newest = order.published or max((*issues.values(), *held), default=None)
    return [
        said
        for source, name in order.content.coverage
        for said in read_coverage(source, name, register, issues.get(_archive(source, order.sources), newest))
    ]


def _archive(file: Path, sources: Iterable[Path]) -> Path:
    """What was published together with a file: the zip that it is, or the folder that was given and holds it."""
    if file.suffix.lower() == ".zip":
        return file
    return next((source for source in sources if source in file.parents), file)


def _unknown_forces(members: Iterable[Member], register: ForceRegister) -> list[Refused]:
    return [
        Refused(
            member,
            f"{member.name}: {member.force!r} is not a force of the {register.name!r} register. Real and invented "
            f"forces never mix: load it into another data folder, or load its register first (`yourarea forces`).",
        )
        for member in members
        if member.force not in register
    ]


def _order(publication: Publication) -> tuple[str, Month, str, Month]:
    return publication.force, publication.month, str(publication.kind), publication.published


def _publication(work: Workspace, loaded: Loaded, published: Month) -> Publication:
    account, member = loaded.account, loaded.account.member
    stem = f"{member.force}/{member.month}-{member.kind}"
    rejected: FileRef | None = None
    if loaded.reject_parquet:
        rejected = work.keep(f"rejects/{stem}", ".parquet", loaded.reject_parquet, sum(account.rejects.values()))
    return Publication(
        force=member.force,
        month=member.month,
        kind=member.kind,
        published=published,
        loaded_at=datetime.now(UTC).replace(microsecond=0),
        source=f"{member.source.name}:{member.name}",
        rows=account.rows,
        records=account.records,
        unplaced=account.unplaced,
        rejects=account.rejects,
        categories=account.categories,
        content=account.content,
        file=work.keep(f"records/{stem}", ".parquet", loaded.parquet, account.records),
        member=work.keep(f"members/{stem}", ".csv.deflate", loaded.deflated, account.rows),
        reject_file=rejected,
    )


def _absences(
    members: Iterable[Member], register: ForceRegister, order: LoadOrder, issues: Mapping[Path, Month]
) -> list[Declaration]:
    """What whole archives say by leaving a force out: for each of their months and kinds, nothing was supplied."""
    there: set[tuple[str, Month, Kind]] = set()
    asked: dict[tuple[Month, Kind], Month] = {}
    for member in members:
        issue = issues[_archive(member.source, order.sources)]
        there.add((member.force, member.month, member.kind))
        asked[member.month, member.kind] = max(issue, asked.get((member.month, member.kind), issue))
    return [
        Declaration(
            force=force.id,
            month=month,
            kind=kind,
            state=SupplyState.NOT_SUPPLIED,
            note="Not in an archive that is known to be whole.",
            published=issue,
            inferred=True,
        )
        for (month, kind), issue in sorted(asked.items())
        for force in register
        if (force.id, month, kind) not in there
    ]
