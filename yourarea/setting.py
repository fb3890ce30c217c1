"""Settings from the environment, and what is said of a wrong one."""

from typing import Any, TypeVar

import typer
from pydantic import ValidationError
from pydantic_settings import BaseSettings

Settings = TypeVar("Settings", bound=BaseSettings)


def settings_of(kind: type[Settings], **given: Any) -> Settings:
    """The settings in the environment, those that are given before them; a wrong one is a wrong command line."""
    try:
        return kind(**given)
    except ValidationError as error:
        wrong = error.errors()
        names = ["_".join(["YOURAREA", *(str(part).upper() for part in one["loc"])]) for one in wrong]
        told = [f"{name} is {one['input']!r}: {one['msg']}" for name, one in zip(names, wrong, strict=True)]
        raise typer.BadParameter(f"the setting {'; '.join(told)}") from error
