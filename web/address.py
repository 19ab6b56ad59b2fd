"""The site behind a proxy: at a public address, with a path of its own.

What a request says of itself (Host, X-Forwarded-*) is not believed; the operator says the address once.
"""

from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import urlsplit

from kg.errors import UsageError


class Address:
    """A WSGI application that answers as if it stood at a public address.

    Args:
        app: the site.
        address: such as `https://example.org/coopkg`. A proxy may pass that path on or strip it.

    Raises:
        UsageError: it is no address of a site.
    """

    def __init__(self, app: Callable[..., Iterable[bytes]], address: str) -> None:
        parts = urlsplit(address)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
            raise UsageError(f"COOPKG_ADDRESS is '{address}'", "write an address such as https://example.org/coopkg")
        self._app = app
        self._scheme, self._host, self._path = parts.scheme, parts.netloc, parts.path.rstrip("/")

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Answers a request."""
        inside = environ.get("PATH_INFO", "")
        if self._path and (inside == self._path or inside.startswith(f"{self._path}/")):
            inside = inside[len(self._path) :]
        environ |= {
            "wsgi.url_scheme": self._scheme,
            "HTTP_HOST": self._host,
            "SCRIPT_NAME": self._path,
            "PATH_INFO": inside or "/",
        }
        return self._app(environ, start_response)
