"""What goes with every answer: the headers that bind a browser, and compression.

No page loads anything from another host, and nothing written into a page can run or restyle it: scripts and styles
come from files of the site's own only. The list of headers is the one that the OWASP Secure Headers Project gives.
"""

import gzip

from flask import Flask, request
from werkzeug.wrappers import Response

from web.memory import Memory

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
"""The Content-Security-Policy: no inline script or style, no other host, in nobody's frame."""

UNUSED = (
    "accelerometer autoplay camera display-capture encrypted-media fullscreen geolocation gyroscope magnetometer"
    " microphone midi payment picture-in-picture publickey-credentials-get screen-wake-lock usb xr-spatial-tracking"
)
"""Abilities of a browser that no page uses, and that none may therefore use."""

HEADERS = {
    "Content-Security-Policy": POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": ", ".join(f"{ability}=()" for ability in UNUSED.split()),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Permitted-Cross-Domain-Policies": "none",
}
YEAR = 31_536_000
"""Seconds."""

WORTH = 1_000
"""Bytes from which compression is worth its time."""

PACKED = Memory(60)
"""Files of the site's own, compressed: they change only with the site."""


def init_app(app: Flask) -> None:
    """Has every answer finished; of all that finish answers it comes last, so it is to be added first."""
    app.after_request(_finish)


def _finish(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    # What may be read by scripts of other sites may also be embedded there; pages may not.
    shared = "Access-Control-Allow-Origin" in response.headers
    response.headers.setdefault("Cross-Origin-Resource-Policy", "cross-origin" if shared else "same-origin")
    if request.is_secure:
        response.headers.setdefault("Strict-Transport-Security", f"max-age={YEAR}")
    if request.endpoint == "static" and request.args.get("v") and response.status_code == 200:
        response.headers["Cache-Control"] = f"public, max-age={YEAR}, immutable"  # the address changes with the file
    return _compressed(response)


def _compressed(response: Response) -> Response:
    """The answer by gzip where that is asked for and of use.

    Answers to a reader with a cookie stay as they are: from the size of a compressed page, a secret in it can be guessed.
    """
    kind = response.mimetype or ""
    if (
        response.status_code != 200
        or "Content-Encoding" in response.headers
        or "Set-Cookie" in response.headers
        or (response.is_streamed and request.endpoint != "static")
        or not (kind.startswith("text/") or kind.endswith(("json", "xml", "javascript")))
    ):
        return response
    response.vary.add("Accept-Encoding")
    if request.accept_encodings["gzip"] <= 0 or request.cookies:
        return response
    etag = response.headers.get("ETag", "")
    response.direct_passthrough = False
    plain = response.get_data()
    if len(plain) < WORTH:
        return response
    if request.endpoint == "static" and etag:
        packed = PACKED.get((request.path, etag), lambda: gzip.compress(plain, 9, mtime=0))
    else:
        packed = gzip.compress(plain, 5, mtime=0)
    response.set_data(packed)
    response.headers["Content-Encoding"] = "gzip"
    response.headers.pop("Accept-Ranges", None)
    if etag and not etag.startswith("W/"):
        response.headers["ETag"] = f"W/{etag}"  # the same text, other bytes
    return response
