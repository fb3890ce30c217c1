"""Asking an identity provider who somebody is: OpenID Connect, by the code with PKCE, believing nothing unproven."""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from authlib.common.errors import AuthlibBaseError
from authlib.integrations.httpx_client import AsyncOAuth2Client
from authlib.oidc.core import CodeIDToken
from httpx2 import HTTPError, InvalidURL
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry

from api.publish.door import Claimed
from api.publish.sign_in import SignIn
from geo.errors import YourAreaError
from web.staff.provider import Provider, is_safe

TIMEOUT_S = 10.0
KEPT_S = 3_600.0  # what a provider says of itself and its keys
AGAIN_S = 30.0  # not sooner are its keys asked for again, whatever key a token names
REST_S = 10.0  # so long is one that did not answer left alone: nobody stands in line for it
LEEWAY_S = 60  # clocks differ
# A token signed with what both sides know, or with nothing, proves nothing here.
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512")
_DISCOVERY = "/.well-known/openid-configuration"
_NEEDED = ("authorization_endpoint", "token_endpoint", "jwks_uri")


class Unproven(YourAreaError, PermissionError):
    """A provider's answer that does not prove who somebody is; its text is for the audit."""


class Unreachable(YourAreaError, ConnectionError):
    """A provider that does not answer, or not as one does."""


@dataclass
class OpenId:
    """What is asked of one provider.

    Attributes:
        provider: whom.
        secret: what it knows us by.
        metadata: what it says of itself, and when it said so.
        keys: its keys, likewise.
        turn: one asks at a time.
        failed_at: when it last did not answer.
    """

    provider: Provider
    secret: str | None
    metadata: tuple[float, Mapping[str, Any]] | None = None
    keys: tuple[float, KeySet] | None = None
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    failed_at: float = float("-inf")

    async def address(self, begun: SignIn, state: str, redirect_uri: str, language: str) -> str:
        """Where a browser is sent to sign in.

        Raises:
            Unreachable: the provider does not say.
        """
        found = await self._metadata()
        async with self._client(found, redirect_uri) as client:
            address, _ = client.create_authorization_url(
                found["authorization_endpoint"],
                state=state, nonce=begun.nonce, code_verifier=begun.verifier, ui_locales=language,
            )  # fmt: skip
        return str(address)

    async def claimed(self, begun: SignIn, code: str, iss: str | None, redirect_uri: str) -> Claimed:
        """Who somebody is, by the code that the provider sent them back with.

        Args:
            begun: what was kept of the sign-in.
            code: as sent.
            iss: who says to have sent it (RFC 9207).
            redirect_uri: to where.

        Raises:
            Unproven: it does not prove who they are.
            Unreachable: the provider does not answer.
        """
        found = await self._metadata()
        promised = found.get("authorization_response_iss_parameter_supported") is True
        if (iss is None and promised) or (iss is not None and iss != self.provider.issuer):
            raise Unproven("another provider sent the answer")
        async with self._client(found, redirect_uri) as client:
            try:
                token = await client.fetch_token(
                    found["token_endpoint"],
                    grant_type="authorization_code", code=code, code_verifier=begun.verifier, redirect_uri=redirect_uri,
                )  # fmt: skip
            except AuthlibBaseError as error:
                raise Unproven("the provider does not know the code") from error
            except (HTTPError, InvalidURL, ValueError) as error:
                raise Unreachable("no answer to the code") from error
        claims = await self._proven(token, begun.nonce)
        email = claims.get("email")
        return Claimed(
            self.provider.id,
            str(claims["sub"]),
            self.provider.name_of(claims),
            email if isinstance(email, str) and len(email) <= 300 else None,
            self.provider.accesses(claims),
        )

    async def _proven(self, token: Mapping[str, Any], nonce: str) -> Mapping[str, Any]:
        """The claims of the ID token: signed by the provider, for us, for this sign-in, now."""
        written = token.get("id_token")
        if not isinstance(written, str):
            raise Unproven("no ID token")
        registry = JWSRegistry(algorithms=list(ALGORITHMS), strict_check_header=False)
        try:
            try:
                read = jwt.decode(written, await self._keys(), registry=registry)
            except InvalidKeyIdError:
                read = jwt.decode(written, await self._keys(AGAIN_S), registry=registry)
            asked = {
                "iss": {"essential": True, "value": self.provider.issuer},
                "aud": {"essential": True, "value": self.provider.client_id},
                "nonce": {"essential": True, "value": nonce},
                "sub": {"essential": True},
            }
            known = {"nonce": nonce, "client_id": self.provider.client_id, "access_token": token.get("access_token")}
            claims = CodeIDToken(read.claims, read.header, asked, known)
            claims.validate(leeway=LEEWAY_S)
        except (JoseError, ValueError, TypeError) as error:
            raise Unproven(f"the ID token does not hold: {getattr(error, 'error', type(error).__name__)}") from error
        if not isinstance(claims["sub"], str):
            raise Unproven("the ID token is of nobody")
        return dict(claims)

    async def _metadata(self) -> Mapping[str, Any]:
        async with self.turn:
            if self.metadata is None or self.metadata[0] < time.monotonic() - KEPT_S:
                found = await self._get(self.provider.issuer.rstrip("/") + _DISCOVERY)
                if found.get("issuer") != self.provider.issuer:
                    raise Unreachable("the provider calls itself by another name than its issuer")
                if not all(isinstance(found.get(name), str) and is_safe(found[name]) for name in _NEEDED):
                    raise Unreachable("the provider names no safe addresses")
                self.metadata = time.monotonic(), found
            return self.metadata[1]

    async def _keys(self, kept_s: float = KEPT_S) -> KeySet:
        found = await self._metadata()
        async with self.turn:
            if self.keys is None or self.keys[0] < time.monotonic() - kept_s:
                written: Any = await self._get(found["jwks_uri"])
                try:
                    self.keys = time.monotonic(), KeySet.import_key_set(written)
                except (JoseError, ValueError, KeyError, TypeError) as error:
                    raise Unreachable("the provider shows no keys") from error
            return self.keys[1]

    async def _get(self, address: str) -> dict[str, Any]:
        if time.monotonic() - self.failed_at < REST_S:
            raise Unreachable("the provider did not answer a moment ago")
        try:
            async with self._client({}, None) as client:
                answer = await client.request("GET", address, withhold_token=True)
                found = answer.json() if answer.status_code == HTTPStatus.OK else None
        except (HTTPError, InvalidURL, ValueError) as error:
            self.failed_at = time.monotonic()
            raise Unreachable("the provider does not answer") from error
        if not isinstance(found, dict):
            raise Unreachable("the provider does not answer as one does")
        return found

    def _client(self, metadata: Mapping[str, Any], redirect_uri: str | None) -> AsyncOAuth2Client:
        taken = metadata.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        by = "client_secret_basic" if "client_secret_basic" in taken else "client_secret_post"
        return AsyncOAuth2Client(
            self.provider.client_id,
            self.secret,
            token_endpoint_auth_method=by if self.secret else "none",
            scope=" ".join(self.provider.scopes),
            redirect_uri=redirect_uri,
            code_challenge_method="S256",
            timeout=TIMEOUT_S,
            follow_redirects=False,
        )
