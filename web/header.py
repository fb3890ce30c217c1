"""Headers that every answer carries: nothing from elsewhere is loaded, and nothing is told to elsewhere."""

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_FRAMED_BY_NOBODY = "frame-ancestors 'none'"
CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "worker-src 'self'",
        "connect-src 'self'",
        "img-src 'self' data: blob:",
        "font-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        _FRAMED_BY_NOBODY,
    )
)
# What a page can say of itself where no header can: who may frame it is not among that. Files take no forms.
STATIC_POLICY = CONTENT_SECURITY_POLICY.removesuffix(f"; {_FRAMED_BY_NOBODY}").replace(
    "form-action 'self'", "form-action 'none'"
)
_USED_BY_NO_PAGE = (
    "accelerometer", "autoplay", "browsing-topics", "camera", "display-capture",
    "gyroscope", "hid", "idle-detection", "magnetometer", "microphone", "midi", "payment",
    "publickey-credentials-get", "screen-wake-lock", "serial", "usb",
)  # fmt: skip
_PERMISSIONS = ", ".join(f"{feature}=()" for feature in _USED_BY_NO_PAGE)
SAFE = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Referrer-Policy": "no-referrer",  # a postcode in an address goes to no other site
    "X-Content-Type-Options": "nosniff",
    "Permissions-Policy": f"{_PERMISSIONS}, geolocation=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}
# Only pages with the button "Use my location" may ask a browser for it.
LOCATING = {"Permissions-Policy": f"{_PERMISSIONS}, geolocation=(self)"}


def framed_by(ancestors: str) -> dict[str, str]:
    """The header of the one kind of page that other sites may frame, and by which (CSP's `frame-ancestors`)."""
    policy = CONTENT_SECURITY_POLICY.replace(_FRAMED_BY_NOBODY, f"frame-ancestors {ancestors}")
    return {"Content-Security-Policy": policy}


class SafeHeaders:
    """Adds the headers to every answer that does not set them itself."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and the answer back with the headers."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_safely(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in SAFE.items():
                    headers.setdefault(name, value)
            await send(message)

        await self.app(scope, receive, send_safely)
