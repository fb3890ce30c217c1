"""Settings from the environment, and what is said of a wrong one."""

from typing import Any, TypeVar

import typer
from pydantic import ValidationError
from pydantic_settings import BaseSettings

Settings = TypeVar("Settings", bound=BaseSettings)


def operator_unset() -> list[str]:
    """A warning that pages which need it do not say who runs this copy, or none; the site works without."""
    from web.settings import WebSettings  # no part of what every command imports

    operator = settings_of(WebSettings).operator
    unset = [f"YOURAREA_OPERATOR_{name.upper()}" for name, value in operator._asdict().items() if not value]
    said = "the pages on privacy, accessibility, contact and complaints do not say who runs this copy"
    return [f"{said}: set {', '.join(unset)}."] if unset else []


def settings_of(kind: type[Settings], **given: Any) -> Settings:
    """The settings in the environment, those that are given before them; a wrong one is a wrong command line."""
    try:
        return kind(**given)
    except ValidationError as error:
        wrong = error.errors()
        names = ["_".join(["YOURAREA", *(str(part).upper() for part in one["loc"])]) for one in wrong]
        told = [f"{name} is {one['input']!r}: {one['msg']}" for name, one in zip(names, wrong, strict=True)]
        raise typer.BadParameter(f"the setting {'; '.join(told)}") from error
