"""Documents are part of the product: what they leave out, or say of what is not there, fails here."""

import ast
import json
import re
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pyarrow.parquet as pq
import pytest
import typer.main

from api.settings import ApiSettings
from geo.force import Force
from geo.service import Service
from geo.statistics.rate import NoRate
from geo.statistics.series import LeftOut
from geo.statistics.verdict import Verdict
from geo.store import count, manifest, placement, population, postcode, snap_register, tally
from geo.store.layout import DataFolder
from geo.supply import Kind, SupplyState
from ingest import judge
from ingest import population as population_rule
from ingest import postcode as postcode_rule
from ingest.attachment import attach
from ingest.csv_table import WRONG_COLUMNS
from ingest.load import LoadReport
from ingest.status import status
from ingest.workspace import staged_manifest
from web.settings import WebSettings
from web.theme import Colours, Contacts, Form, LogoFile, Names, Theme
from yourarea.command import cli
from yourarea.load_job import report_json

ROOT = Path(__file__).parent.parent
SPEC = ROOT / "docs" / "spec"
ROOMS = ("geo", "ingest", "tiles", "api", "web", "yourarea")
TOLD_TO_OPERATORS = (ROOT / "docs" / "operate.md").read_text(encoding="utf-8")
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
LINK = re.compile(r"\]\(([^)\s]+)\)|(?:src|href)=\"([^\"]+)\"")
COMMANDS: dict[str, Any] = dict(typer.main.get_command(cli).commands)  # type: ignore[attr-defined]


def spec(name: str) -> str:
    return (SPEC / f"{name}.md").read_text(encoding="utf-8")


def undocumented(names: Iterator[str] | list[str], text: str) -> list[str]:
    """The names that do not stand in a text as code."""
    return [name for name in names if not re.search(rf"`{re.escape(name)}[` ]", text)]


def section(command: str) -> str:
    """What the operator's page says under a command's own heading."""
    found = re.search(rf"^### `yourarea {command}\b.*?(?=^##)", TOLD_TO_OPERATORS, re.MULTILINE | re.DOTALL)
    assert found is not None, f"docs/operate.md has no heading for `yourarea {command}`"
    return found[0]


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_operators_are_told_of_every_option_under_its_command(command: str) -> None:
    under = getattr(COMMANDS[command], "commands", {})
    params = [one for found in (COMMANDS[command], *under.values()) for one in found.params]
    options = {flag for one in params for flag in (*one.opts, *one.secondary_opts) if "--" in flag}
    assert [name for name in under if f"`{command} {name}" not in section(command)] == []
    assert undocumented(sorted(options - {"--help", "--data"}), section(command)) == []


def test_operators_are_told_of_no_command_that_is_not_there() -> None:
    assert set(re.findall(r"^### `yourarea ([a-z-]+)", TOLD_TO_OPERATORS, re.MULTILINE)) == set(COMMANDS)


@pytest.mark.parametrize("settings", [ApiSettings, WebSettings])
def test_operators_are_told_of_every_setting_and_its_default(settings: type[ApiSettings]) -> None:
    for name, field in settings.model_fields.items():
        row = re.search(rf"^\| `YOURAREA_{name.upper()}` \| (.*?) \|", TOLD_TO_OPERATORS, re.MULTILINE)
        assert row is not None, name
        assert field.default is None or _same(row[1].strip("`"), field.default), name


def test_operators_are_told_of_no_setting_that_is_not_there() -> None:
    told = set(re.findall(r"YOURAREA_([A-Z_]+)", TOLD_TO_OPERATORS))
    assert told == {name.upper() for name in WebSettings.model_fields}


def _same(written: str, default: object) -> bool:
    return (
        float(written) == default if isinstance(default, float) else written == str(default).removesuffix("/").lower()
    )


@pytest.mark.parametrize(
    ("page", "schema"),
    [
        ("counts", count.SCHEMA),
        ("placement", placement.SCHEMA),
        ("snap-register", snap_register.SCHEMA),
        ("postcodes", postcode.SCHEMA),
        ("population", population.POPULATION_SCHEMA),
        ("population", population.PEOPLE_SCHEMA),
        ("change", tally.TALLY_SCHEMA),
        ("change", tally.SPREAD_SCHEMA),
    ],
)
def test_every_column_of_an_arrow_file_is_specified_with_its_type(page: str, schema: Any) -> None:
    text = spec(page)
    written = {"string": "text", "fixed_size_binary[7]": "7 bytes"}
    for field in schema:
        rows = [line for line in text.splitlines() if line.startswith("|") and f"`{field.name}`" in line]
        assert any(f"| {written.get(str(field.type), str(field.type))} |" in row for row in rows), field


@pytest.mark.parametrize("kind", list(Kind))
def test_every_column_of_the_records_is_specified(loaded: DataFolder, kind: Kind) -> None:
    ruling = [one for one in staged_manifest(loaded).live.values() if one.kind is kind]
    names = {name for one in ruling for name in pq.read_schema(loaded.file(one.file.path)).names}
    names |= {
        name for one in ruling if one.reject_file for name in pq.read_schema(loaded.file(one.reject_file.path)).names
    }
    assert len(names) > 10
    assert undocumented(sorted(names), spec("records")) == []


def test_every_column_of_the_attachments_is_specified(loaded: DataFolder) -> None:
    held = staged_manifest(loaded).live.values()
    files = {kind: [loaded.file(one.file.path) for one in held if one.kind is kind] for kind in Kind}
    table = attach(files[Kind.OUTCOMES], files[Kind.STREET])
    assert undocumented(table.column_names, spec("attachments")) == []


def test_every_column_of_the_boundaries_is_specified(loaded: DataFolder) -> None:
    generation = staged_manifest(loaded).generations[0]
    assert undocumented(pq.read_schema(loaded.file(generation.file.path)).names, spec("boundaries")) == []


@pytest.mark.parametrize(
    "form",
    [
        manifest.Manifest,
        manifest.FileRef,
        manifest.Publication,
        manifest.Declaration,
        manifest.Hold,
        manifest.Withheld,
        manifest.Generation,
    ],
)
def test_every_field_of_a_manifest_is_specified(form: type[manifest.Manifest]) -> None:
    assert undocumented(list(form.model_fields), spec("manifest")) == []


def test_every_field_of_a_service_is_specified() -> None:
    assert undocumented(list(Service.__slots__), spec("services")) == []


@pytest.mark.parametrize("form", [Theme, Names, Colours, LogoFile, Contacts])
def test_every_field_of_a_theme_is_specified(form: type[Form]) -> None:
    assert undocumented(list(form.model_fields), spec("themes")) == []


def test_every_field_of_a_force_is_specified() -> None:
    assert undocumented(list(Force.__slots__), spec("force-register")) == []


@pytest.mark.parametrize("state", list(SupplyState))
def test_every_supply_state_is_specified(state: SupplyState) -> None:
    assert f"| `{state}` |" in spec("manifest")


def test_every_reason_against_a_row_is_specified_and_no_other() -> None:
    table = spec("records").split("| reason | the row |")[1].split("\n\n")[0]
    first_cells = re.findall(r"^\|([^|]*)\|", table, re.MULTILINE)
    stated = {name for cell in first_cells for name in re.findall(r"`([a-z0-9-]+)`", cell)}
    assert stated == {WRONG_COLUMNS, *_reasons(ROOT / "ingest" / "layout.py")}


def _reasons(path: Path) -> Iterator[str]:
    """What is given as a reason wherever a mask of rows is refused."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "refuse":
            reason = node.args[1]
            assert isinstance(reason, ast.Constant), f"{path.name}, line {node.lineno}: the reason is no plain text"
            yield str(reason.value)


def test_every_reason_against_a_postcode_is_specified() -> None:
    reasons = [reason for reason in (postcode_rule.MALFORMED, *postcode_rule._REASONS) if reason]
    assert undocumented(reasons, spec("postcodes")) == []


@pytest.mark.parametrize("words", [LeftOut, NoRate, Verdict])
def test_every_word_of_a_comparison_is_specified(words: type[StrEnum]) -> None:
    stated = {
        name
        for row in re.findall(r"^\|([^|]*)\|", spec("change"), re.MULTILINE)
        for name in re.findall(r"`(\w+)`", row)
    }
    assert {str(word) for word in words} <= stated


def test_every_reason_against_a_row_of_people_is_specified() -> None:
    assert undocumented(list(population_rule.REASONS), spec("population")) == []


def test_every_threshold_of_holding_back_is_stated_as_it_is() -> None:
    stated = dict(re.findall(r"^\| `(_[A-Z_]+)` \| ([0-9.]+) \|", spec("holds"), re.MULTILINE))
    constants = {name: str(value) for name, value in vars(judge).items() if isinstance(value, int | float)}
    assert stated == {name: value for name, value in constants.items() if re.fullmatch("_[A-Z_]+", name)}


def test_every_key_of_the_load_report_is_specified() -> None:
    keys = [*report_json(LoadReport()), "name", "force", "month", "kind", "records", "unplaced", "content", "why"]
    assert undocumented(keys, spec("load-report")) == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_example_in_json_can_be_read(document: Path) -> None:
    for example in re.findall(r"^```json\n(.*?)^```", document.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL):
        json.loads(example)


def test_every_key_of_the_status_is_specified(loaded: DataFolder) -> None:
    found = status(loaded)
    assert undocumented([*found, *found["files"][0], *found["supply"][0]], spec("status")) == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_within_the_tree_leads_somewhere(document: Path) -> None:
    links = [one or other for one, other in LINK.findall(document.read_text(encoding="utf-8"))]
    near = [link for link in links if not re.match(r"[a-z]+:", link)]
    assert [link for link in near if not _leads_somewhere(document, link)] == []


def _leads_somewhere(document: Path, link: str) -> bool:
    path, _, anchor = unquote(link).partition("#")
    target = document.parent / path if path else document
    return target.exists() and (not anchor or target.suffix != ".md" or anchor in _anchors(target))


def _anchors(document: Path) -> set[str]:
    """The anchors that a forge makes of headings: small letters, hyphens for blanks, nothing else."""
    headings = re.findall(r"^#+ (.+)$", document.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_every_page_that_code_names_is_there() -> None:
    sources = [path for room in ROOMS for path in (ROOT / room).rglob("*.py") if "node_modules" not in path.parts]
    named = {page for path in sources for page in re.findall(r"docs/[\w/-]+\.md", path.read_text(encoding="utf-8"))}
    assert [page for page in sorted(named) if not (ROOT / page).exists()] == []


def test_every_specification_has_a_version_and_its_changes() -> None:
    pages = [path for path in SPEC.glob("*.md") if path.name != "README.md"]
    assert [
        path.name for path in pages if not re.search(r"^(Version|#.*format) \d", path.read_text(), re.MULTILINE)
    ] == []
    listed = (SPEC / "README.md").read_text(encoding="utf-8")
    assert [path.name for path in pages if f"({path.name})" not in listed] == []


def test_every_decision_is_listed() -> None:
    pages = [path.name for path in (ROOT / "docs" / "adr").glob("0*.md")]
    listed = (ROOT / "docs" / "adr" / "README.md").read_text(encoding="utf-8")
    assert [name for name in pages if f"({name})" not in listed] == []


def test_every_recipe_is_told_to_whoever_changes_the_code() -> None:
    recipes = re.findall(r"^([a-z]+):.*## ", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    told = "".join((ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "CONTRIBUTING.md"))
    assert [recipe for recipe in recipes if not re.search(rf"make {recipe}\b", told)] == []
