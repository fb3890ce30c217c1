"""Settings of the pages, on top of those of what answers requests."""

from pydantic import Field

from api.settings import ApiSettings


class WebSettings(ApiSettings):
    """What a site shows round the figures; each field is also `YOURAREA_` and its name."""

    official: bool = Field(
        False, description="Whether the police run this copy; a copy that they do not run says so on every page."
    )
    welsh_checked: bool = Field(
        False,
        description="Whether a translator has checked the Welsh; until then every Welsh page says that nobody has.",
    )
