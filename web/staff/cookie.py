"""The three cookies of staff: of a session, of the door while one signs in, of a browser that signed in before.

All are for this host alone and reach no script. Residents' pages set none.
"""

import secrets
from typing import Final

from fastapi import Request
from itsdangerous import BadSignature
from starlette.responses import Response

from api.publish.secret import Secrets
from api.publish.session import hash_of
from api.publish.throttle import source_of
from web.staff.route import COOKIE

DOOR: Final = "__Host-yourarea-door"
KNOWN: Final = "__Host-yourarea-known"
DOOR_LASTS_S = 3_600  # a page to sign in that lay open longer is loaded anew
KNOWN_LASTS_S = 365 * 86_400
_LENGTH = 43  # characters of 32 random bytes
_KNOWN_PURPOSE = "known browser"


def set_cookie(answer: Response, name: str, value: str, lasts_s: int | None = None) -> None:
    """Set one; without a time it ends with the browser."""
    answer.set_cookie(name, value, max_age=lasts_s, path="/", secure=True, httponly=True, samesite="lax")


def drop_cookie(answer: Response, name: str) -> None:
    """Take one away."""
    answer.delete_cookie(name, path="/", secure=True, httponly=True, samesite="lax")


def begin_session(answer: Response, token: str) -> None:
    """Hand out the token of a new session; what opened the door opens it no more."""
    set_cookie(answer, COOKIE, token)
    drop_cookie(answer, DOOR)


def door_of(request: Request) -> str | None:
    """What this browser was given at the door; `None` where it was given nothing, or sends something else."""
    held = request.cookies.get(DOOR, "")
    plain = held.replace("-", "").replace("_", "")
    return held if len(held) == _LENGTH and plain.isascii() and plain.isalnum() else None


def new_door() -> str:
    """What a browser is given at the door: nobody else can know it, so a form or an answer with it is its own."""
    return secrets.token_urlsafe(32)


def form_of(door: str) -> str:
    """What the form at the door carries."""
    return hash_of(f"form {door}")


def know(answer: Response, keys: Secrets, login: str) -> None:
    """Know a browser again, so that others behind the same address cannot keep its owner out by guessing."""
    value = keys.signer(_KNOWN_PURPOSE).dumps([_login_digest(keys, login), secrets.token_urlsafe(9)])
    set_cookie(answer, KNOWN, value if isinstance(value, str) else value.decode(), KNOWN_LASTS_S)


def guesser_of(request: Request, keys: Secrets, login: str) -> str:
    """By what one who tries passwords is told from another: the browser, where that login signed in with it before."""
    try:
        digest, browser = keys.signer(_KNOWN_PURPOSE).loads(request.cookies.get(KNOWN, ""), max_age=KNOWN_LASTS_S)
    except (BadSignature, ValueError, TypeError):
        digest, browser = None, None
    if digest == _login_digest(keys, login):
        return f"browser {browser}"
    return source_of(request.client.host if request.client else "")


def browser_name(request: Request) -> str | None:
    """What a browser calls itself, in a word or two: enough for its owner, and no more."""
    told = request.headers.get("user-agent", "")
    browsers = {"Edg": "Edge", "OPR": "Opera", "SamsungBrowser": "Samsung Internet", "Firefox": "Firefox",
                "FxiOS": "Firefox", "CriOS": "Chrome", "Chrome": "Chrome", "Safari": "Safari"}  # fmt: skip
    systems = {"Android": "Android", "iPhone": "iPhone", "iPad": "iPad", "Windows": "Windows", "CrOS": "ChromeOS",
               "Mac OS X": "macOS", "Linux": "Linux"}  # fmt: skip
    found = [next((name for sign, name in names.items() if sign in told), None) for names in (browsers, systems)]
    return ", ".join(name for name in found if name) or None


def _login_digest(keys: Secrets, login: str) -> str:
    return keys.digest(f"{_KNOWN_PURPOSE}\0{login.strip().casefold()}")
