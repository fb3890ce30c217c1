"""The catalogues of words: gathered from the sources, kept as `.po` files for translators, compiled for serving.

`python -m web.catalogue` (`make messages`) brings every `.po` file into step with the sources; `python -m web.assets`
compiles them at set-up. What is written depends on nothing but the sources and the translations: no date, no line.
"""

import json
import re
from collections.abc import Collection, Iterator, Mapping
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import IO, Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from api.problems import STATUSES, told

ROOT = Path(__file__).parent.parent
CATALOGUES = Path(__file__).parent / "locale"
DOMAIN = "messages"
UNREVIEWED = "unreviewed"
WELSH_NATIONS = ("wales", "none")  # forces that serve people in Wales have a Welsh name; others are named as published
_ROOMS = ("geo", "api", "web")  # whose words the public reads
_SOURCES = [
    ("**.py", "python"),
    ("web/templates/**.html", "jinja2"),
    ("geo/data/categories.json", "web.catalogue:names_in"),
    ("geo/data/outcomes.json", "web.catalogue:names_in"),
    ("geo/data/forces.json", "web.catalogue:names_in"),
    ("geo/data/services.json", "web.catalogue:sentences_in"),
]
_OPTIONS = {"web/templates/**.html": {"trim_blocks": "true", "lstrip_blocks": "true", "silent": "false"}}
_NO_DATE = datetime(2000, 1, 1, tzinfo=UTC)  # Babel writes now for none, and a compiled file would never be the same
_HEADER = "# Words of the pages. How to translate and review them: CONTRIBUTING.md."
_KEPT_FIELDS = ("Language", "Plural-Forms", "MIME-Version", "Content-Type", "Content-Transfer-Encoding")


def po_files() -> list[Path]:
    """The catalogues there are, one for each language but English."""
    return sorted(CATALOGUES.glob(f"*/LC_MESSAGES/{DOMAIN}.po"))


def gathered() -> Catalog:
    """Every message of the sources, without translations."""
    catalog = Catalog(charset="utf-8", fuzzy=False)
    errors = (kind.__name__ for kind in STATUSES if told(kind))
    keywords = {**DEFAULT_KEYWORDS, "plurals": (1, 2), "Words": None, **dict.fromkeys(errors)}
    found = extract_from_dir(ROOT, _SOURCES, _OPTIONS, keywords, directory_filter=lambda path: _read(Path(path)))
    for file, line, message, _, context in found:
        catalog.add(message, None, [(file, line)], context=context)
    return catalog


def read(path: Path) -> Catalog:
    """A catalogue with its translations and translators' comments.

    Raises:
        PoFileError: not a `.po` file; the message names the line.
    """
    with path.open("rb") as file:
        catalog = read_po(file, locale=path.parent.parent.name, abort_invalid=True)
    catalog.creation_date = catalog.revision_date = _NO_DATE
    return catalog


def in_step(path: Path, sources: Catalog) -> str:
    """The text of a catalogue in step with the sources: new messages added and marked unreviewed, old ones left out."""
    catalog = read(path)
    catalog.update(sources, no_fuzzy_matching=True, update_creation_date=False)
    catalog.obsolete.clear()
    for message in catalog:
        if message.id and not message.user_comments:
            message.user_comments = [UNREVIEWED]
    catalog.header_comment = _HEADER
    file = BytesIO()
    write_po(file, catalog, width=120, sort_by_file=True, ignore_obsolete=True, include_lineno=False)
    return _without_dates(file.getvalue().decode())


def messages(catalog: Catalog) -> list[Message]:
    """A catalogue's messages, without its header."""
    return [message for message in catalog if message.id]


def compiled(path: Path) -> bytes:
    """The `.mo` file of a catalogue: the same bytes each time."""
    file = BytesIO()
    write_mo(file, read(path))
    return file.getvalue()


def compile_all() -> None:
    """Write beside each catalogue the `.mo` file that pages are served from."""
    for path in po_files():
        path.with_suffix(".mo").write_bytes(compiled(path))


def update_all() -> None:
    """Bring every catalogue into step with the sources, and compile it."""
    sources = gathered()
    for path in po_files():
        path.write_text(in_step(path, sources), encoding="utf-8")
    compile_all()


def names_in(
    file: IO[bytes],
    _keywords: Collection[str],
    _tags: Collection[str],
    options: Mapping[str, Any],  # noqa: ARG001 (Babel passes it by name)
) -> Iterator[tuple[int, str, str, list[str]]]:
    """The names in a data file of `geo` that pages show: a message extractor, as Babel wants one."""
    read: Any = json.load(file)
    rows = read["forces"] if isinstance(read, dict) else read
    for number, row in enumerate(rows, start=1):
        if row.get("nation", "none") in WELSH_NATIONS:
            yield number, "", row["name"], []


def sentences_in(
    file: IO[bytes],
    _keywords: Collection[str],
    _tags: Collection[str],
    options: Mapping[str, Any],  # noqa: ARG001 (Babel passes it by name)
) -> Iterator[tuple[int, str, str, list[str]]]:
    """What services help with, in the titles and texts of their data file: a message extractor likewise."""
    for number, row in enumerate(json.load(file), start=1):
        yield from ((number, "", row[field], []) for field in ("title", "text") if row[field])


def _read(folder: Path) -> bool:
    """Whether a folder is looked into for messages. `/v1` speaks to programs, and so in English only."""
    inside = folder.relative_to(ROOT).parts
    return not inside or (
        inside[0] in _ROOMS
        and inside[:2] != ("api", "v1")
        and folder.name not in {"node_modules", "__pycache__", "static"}
    )


def _without_dates(text: str) -> str:
    header, rest = text.split("\n\n", 1)
    field = re.compile(r'"([A-Za-z-]+): ')
    kept = [line for line in header.splitlines() if not (found := field.match(line)) or found[1] in _KEPT_FIELDS]
    return "\n".join(kept) + "\n\n" + rest.rstrip("\n") + "\n"


if __name__ == "__main__":
    update_all()
