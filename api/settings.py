"""Settings of what answers requests."""

from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from geo.store.layout import DataFolder


class ApiSettings(BaseSettings):
    """Where the data lie and how a server keeps up with them; each field is also `YOURAREA_` and its name."""

    model_config = SettingsConfigDict(env_prefix="YOURAREA_", frozen=True)

    data_dir: Path = Field(default=Path("data"), description="Folder of the data, as `load` and `activate` write it.")
    look_every_s: float = Field(
        default=1.0, gt=0, le=2, description="Seconds between two looks at which release is live."
    )
    keep_old_s: float = Field(
        default=600.0,
        ge=0,
        description="Seconds that a release stays open after another took its place, for pages still open.",
    )
    public_url: str | None = Field(
        default=None, description="Address under which the public reaches this site; by default that of the request."
    )
    trusted_proxies: str = Field(
        default="127.0.0.1",
        description="Addresses, separated by commas, of proxies whose X-Forwarded headers are believed.",
    )
    access_log: bool = Field(
        default=True,
        description="Whether each request but those for tiles is logged: route, method, status and milliseconds.",
    )

    updates_url: str | None = Field(
        default=None,
        description="Database of what forces and teams publish; by default `updates.db` (SQLite) in the data folder.",
    )

    secret_keys: SecretStr | None = Field(
        default=None,
        description="Keys for what must not be read or forged, newest first, with commas; by default of a file.",
    )

    feedback_days: int = Field(default=90, ge=1, description="Days that what readers say about pages is kept.")
    feedback_per_hour: int = Field(
        default=60, ge=0, description="Messages of readers kept in an hour, those that identify somebody not counted."
    )
    feedback_identifies_per_hour: int = Field(
        default=1_000, ge=0, description="Messages kept in an hour that say that a page identifies somebody."
    )

    question_days: int = Field(
        default=90, ge=7, description="Days that a resident's question to a team is kept, answered or not."
    )
    question_per_hour: int = Field(
        default=20, ge=0, description="Residents' questions to the team of one neighbourhood kept in an hour."
    )

    smtp_url: SecretStr | None = Field(
        default=None,
        description="Mail server that takes e-mails: `smtps://NAME:PASSWORD@HOST:465`; without it none is sent.",
    )
    mail_from: str | None = Field(default=None, description="Who sends e-mails: an address, or a name and one in <>.")
    subscribe_per_hour: int = Field(
        default=120, ge=0, description="E-mails that ask to confirm a subscription, in an hour, to everybody together."
    )

    serving_months: int = Field(
        default=36, ge=0, description="How many of the newest months `build` writes serving files for."
    )
    window_months: int = Field(default=36, ge=1, description="How many of the newest months `/api` answers for.")
    area_limit: int = Field(
        default=10_000, ge=1, description="Crimes or outcomes in an area beyond which `/api` answers 503."
    )
    rate_per_s: float = Field(
        default=15.0, ge=0, description="Requests a second that `/api` takes from one address; 0 takes any number."
    )
    rate_burst: int = Field(default=30, ge=1, description="Requests that `/api` takes from one address at once.")

    @property
    def folder(self) -> DataFolder:
        """The data folder."""
        return DataFolder(self.data_dir)
