"""Settings of the pages, on top of those of what answers requests."""

from pathlib import Path
from typing import NamedTuple

from pydantic import Field

from api.settings import ApiSettings

EMBED_ANCESTORS = "https:"  # any site that is itself safe from being changed on its way
_ANCESTOR = r"(\*|https:|'none'|'self'|https?://(\*\.)?[A-Za-z0-9.-]+(:([0-9]+|\*))?)"


class Operator(NamedTuple):
    """Who runs a site and how to reach them; `None` for what is not said."""

    name: str | None = None
    email: str | None = None
    address: str | None = None


class WebSettings(ApiSettings):
    """What a site shows round the figures; each field is also `YOURAREA_` and its name."""

    official: bool = Field(
        False, description="Whether the police run this copy; a copy that they do not run says so on every page."
    )
    welsh_checked: bool = Field(
        False,
        description="Whether a translator has checked the Welsh; until then every Welsh page says that nobody has.",
    )
    pages_kept_mb: float = Field(
        32.0, ge=0, description="Megabytes of finished pages that each worker keeps in its memory; 0 keeps none."
    )
    themes: Path | None = Field(None, description="Folder of the themes of forces: a JSON file for each.")
    embed_ancestors: str = Field(
        EMBED_ANCESTORS,
        pattern=f"^{_ANCESTOR}( {_ANCESTOR})*$",
        description="Which sites may frame the pages under /embed/, as CSP's frame-ancestors has it.",
    )
    staff_idle_minutes: int = Field(60, ge=1, description="Minutes unseen after which a member of staff is signed out.")
    staff_longest_hours: int = Field(12, ge=1, description="Hours after which a member of staff is signed out anyway.")
    staff_providers: Path | None = Field(
        None, description="File of the identity providers by which forces sign in their staff."
    )
    operator_name: str | None = Field(None, description="Who runs this copy, as its notices name them.")
    operator_email: str | None = Field(None, description="E-mail address for questions and complaints.")
    operator_address: str | None = Field(None, description="Postal address of who runs this copy, in one line.")

    @property
    def operator(self) -> Operator:
        """Who runs the site."""
        return Operator(self.operator_name, self.operator_email, self.operator_address)
