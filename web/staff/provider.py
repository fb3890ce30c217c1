"""The identity providers of forces: data, in one file (docs/spec/providers.md); what they claim becomes roles here."""

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Any, Self
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, StringConstraints, ValidationError, model_validator

from api.publish.policy import Access, Role, Where
from geo.errors import YourAreaError

_MOST_BYTES = 1_000_000

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300)]


class BadProviders(YourAreaError, ValueError):
    """Providers that cannot be read, or that say what they may not."""


class _Form(BaseModel):
    """Nothing in it changes, and a field that nobody knows is a mistake: of a misspelt one, nothing would be said."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class RoleRule(_Form):
    """A role that is given to whoever a claim says something of. It is a role in the provider's own force."""

    claim: Text
    value: Text
    role: Role
    neighbourhoods: tuple[Text, ...] = ()

    @model_validator(mode="after")
    def _is_of_a_force(self) -> Self:
        if self.role in (Role.NATIONAL_ADMINISTRATOR, Role.SERVICE):
            raise ValueError(f"a provider cannot give the role {self.role}")
        if not all(Access(self.role, Where("force", one)).sound for one in self.neighbourhoods or (None,)):
            named = "needs `neighbourhoods`" if not self.neighbourhoods else "is of a whole force: no `neighbourhoods`"
            raise ValueError(f"the role {self.role} {named}")
        return self

    def holds(self, claims: Mapping[str, Any]) -> bool:
        """Whether the claim says it: alone, or in a list."""
        said = _claim(claims, self.claim)
        return self.value in said if isinstance(said, list) else said == self.value


class Provider(_Form):
    """A force's own way to sign its people in."""

    id: Slug
    force: Slug
    name: Text
    name_cy: Text | None = None
    issuer: Text
    client_id: Text
    client_secret: SecretStr | None = None
    client_secret_env: Text | None = None
    scopes: tuple[Text, ...] = ("openid", "profile", "email")
    name_claim: Text = "name"
    roles: tuple[RoleRule, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if not is_safe(self.issuer) or urlsplit(self.issuer).query or urlsplit(self.issuer).fragment:
            raise ValueError("the issuer must be an address that begins with https://")
        if "openid" not in self.scopes:
            raise ValueError("the scopes must hold openid")
        if self.client_secret is not None and self.client_secret_env is not None:
            raise ValueError("give client_secret or client_secret_env, not both")
        return self

    def secret(self, environment: Mapping[str, str]) -> str | None:
        """What proves to it that we are who we say; `None` where it asks for no such thing.

        Raises:
            BadProviders: the variable that is to hold it is not set.
        """
        if self.client_secret_env is None:
            return self.client_secret.get_secret_value() if self.client_secret else None
        found = environment.get(self.client_secret_env)
        if not found:
            raise BadProviders(f"provider {self.id}: the environment has no {self.client_secret_env}.")
        return found

    def accesses(self, claims: Mapping[str, Any]) -> tuple[Access, ...]:
        """The roles that its claims give, all in its own force."""
        return tuple(dict.fromkeys(self._accesses(claims)))

    def name_of(self, claims: Mapping[str, Any]) -> str:
        """What it calls somebody."""
        for claim in (self.name_claim, "name", "preferred_username", "email", "sub"):
            said = _claim(claims, claim)
            if isinstance(said, str) and said.strip():
                return " ".join(said.split())[:120]
        return "?"

    def named(self, code: str) -> str:
        """What it is called in a language."""
        return self.name_cy if code == "cy" and self.name_cy else self.name

    def _accesses(self, claims: Mapping[str, Any]) -> Iterator[Access]:
        for rule in self.roles:
            if rule.holds(claims):
                for neighbourhood_id in rule.neighbourhoods or (None,):
                    yield Access(rule.role, Where(self.force, neighbourhood_id))


class _File(_Form):
    """The whole file."""

    providers: tuple[Provider, ...]


@dataclass(frozen=True)
class Providers:
    """The providers there are.

    Attributes:
        by_id: each, in the order of the file.
        secrets: by id, of those that have one.
    """

    by_id: Mapping[str, Provider] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)

    def of_force(self, force_id: str) -> tuple[str, ...]:
        """The ids of a force's own."""
        return tuple(one.id for one in self.by_id.values() if one.force == force_id)


def read_providers(path: Path | None, environment: Mapping[str, str] = os.environ) -> Providers:
    """The providers of a file.

    Args:
        path: the file; `None` for none.
        environment: where secrets are looked up.

    Raises:
        BadProviders: what is wrong with which field, and what to do.
    """
    if path is None:
        return Providers()
    try:
        content = path.read_bytes()[:_MOST_BYTES]
        found = _File.model_validate(json.loads(content)).providers
    except OSError as error:
        raise BadProviders(
            f"{path}: it cannot be read ({error.strerror}). YOURAREA_STAFF_PROVIDERS names it."
        ) from error
    except ValidationError as error:
        raise BadProviders(f"{path}: {_told(error)} docs/spec/providers.md says what may stand there.") from error
    except (ValueError, RecursionError) as error:
        raise BadProviders(f"{path}: this is no JSON in UTF-8. docs/spec/providers.md shows one.") from error
    if len({one.id for one in found}) < len(found):
        raise BadProviders(f"{path}: two providers have the same id.")
    secrets = {one.id: secret for one in found if (secret := one.secret(environment)) is not None}
    return Providers({one.id: one for one in found}, secrets)


def is_safe(address: str) -> bool:
    """Whether nobody between can read or change what is asked of an address: https, or this machine itself.

    >>> is_safe("https://login.kent.example/"), is_safe("http://127.0.0.1:8099"), is_safe("http://kent.example")
    (True, True, False)
    """
    parts = urlsplit(address)
    return parts.hostname is not None and (
        parts.scheme == "https" or (parts.scheme == "http" and is_here(parts.hostname))
    )


def is_here(host: str) -> bool:
    """Whether a host is this machine.

    >>> is_here("localhost"), is_here("127.0.0.1"), is_here("127.0.0.1.evil.example")
    (True, True, False)
    """
    try:
        return host == "localhost" or ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _claim(claims: Mapping[str, Any], name: str) -> Any:
    """A claim by its name; where there is none, by the names on the way to it, with dots between."""
    if name in claims:
        return claims[name]
    found: Any = claims
    for part in name.split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    return found


def _told(error: ValidationError) -> str:
    """Where and why, and never what stands there: it may be a secret."""
    return "; ".join(f"{'.'.join(str(part) for part in one['loc'])}: {one['msg']}" for one in error.errors()) + "."
