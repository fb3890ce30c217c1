"""The page that lies in an export of a force and says what is in it, and how another instance takes it in."""

from geo.force import Force
from geo.store.manifest import Manifest

_PERSONAL = """| `personal/` | **personal data, in plain text**: who subscribes, what residents asked, who has access |

Keep it from others.
"""
_NO_PERSONAL = """
Who subscribes to e-mails, questions as residents wrote them and who has access are personal data and not in it.
"""


def readme(force: Force, manifest: Manifest, personal: bool) -> str:
    """Markdown, in English."""
    months = [str(one.first_month) for one in manifest.generations if one.force == force.id]
    take_in = [f"yourarea boundaries EXPORT/boundaries/{month}.geojson --from {month}" for month in months]
    commands = "\n".join([*take_in, "yourarea update EXPORT/crimes", "yourarea force import EXPORT"])
    return f"""# {force.name}

Everything of {force.id} that this instance of Your Area held: what was published, what was decided, and its data.

| where | what |
|---|---|
| `published/` | what was published and decided, one JSON object a line: what staff wrote (`written`, \
Markdown) beside what the public reads (HTML), with external ids and versions |
| `pictures/` | the pictures that it shows |
| `content/` | the same as the public API answers it, for other software |
| `boundaries/` | neighbourhoods, GeoJSON (EPSG:4326), by the month from which they are in use |
| `crimes/` | the monthly CSV files as they were supplied |
| `audit.jsonl` | who did what, oldest first; another instance has its own and does not take it in |
| `published/asked.jsonl` | how many questions were asked, and how fast they were answered |
| `force.json`, `manifest.json` | the force, and what made this |
{_PERSONAL if personal else _NO_PERSONAL}
## Into another instance of Your Area

```sh
{commands}
```

Accounts are not taken over: they are made there anew.
"""
