"""What spares work: an answer is tagged by its content, and a page that is the same for everybody is made once.

A reader who has the same answer already is told so (304). Answers that carry a tag of their own keep it.
"""

import datetime
import functools
import gzip
import hashlib
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any

from flask import Flask, Response, g, request
from werkzeug.wrappers import Response as AnyResponse

from web.reading import reader


@dataclass(frozen=True)
class Packed:
    """A page as it is kept: its bytes by gzip, and the hash of its text."""

    body: bytes
    tag: str


def init_app(app: Flask) -> None:
    """Tags all answers; to be added after `headers`, which compresses them, and before the pages."""
    app.after_request(_tagged)


Answer = AnyResponse | str
View = Callable[..., Answer]


def kept(view: View) -> View:
    """A view whose page is made once: for one that depends on address, language, day and graph, and on nothing else.

    A reader with a cookie is somebody in particular, and gets a page of his own.
    """
    return kept_beside(lambda: None)(view)


def kept_beside(more: Callable[[], Hashable]) -> Callable[[View], View]:
    """The same for a view that depends on one thing more, which `more` gives."""
    return lambda view: functools.wraps(view)(functools.partial(_shown, view, more))


def _shown(view: View, more: Callable[[], Hashable], **values: Any) -> Answer:
    if request.cookies:
        return view(**values)
    g.kept_as = request.url, g.language, g.language_chosen, datetime.date.today(), more()
    found: Packed | None = reader().current().pages.find(g.kept_as)
    if found is None:
        return view(**values)
    if request.accept_encodings["gzip"] > 0:
        answer = Response(found.body, headers={"Content-Encoding": "gzip"}, mimetype="text/html")
    else:
        answer = Response(gzip.decompress(found.body), mimetype="text/html")
    answer.vary.update(["Accept-Encoding", "Accept-Language"])
    answer.set_etag(found.tag, weak=True)
    return answer


def _tagged(response: AnyResponse) -> AnyResponse:
    if request.method not in ("GET", "HEAD") or response.status_code != 200 or response.is_streamed or _own(response):
        return response
    if "ETag" not in response.headers:
        body = response.get_data()
        tag = hashlib.sha256(body).hexdigest()[:32]
        response.set_etag(tag, weak=True)
        if "kept_as" in g:
            reader().current().pages.keep(g.kept_as, Packed(gzip.compress(body, 5, mtime=0), tag))
    response.headers.setdefault("Cache-Control", "no-cache")
    return response.make_conditional(request)


def _own(response: AnyResponse) -> bool:
    """Whether an answer says by itself whether it has a tag: that of a query, which has none where it asks for the time."""
    return "Coopkg-Query" in response.headers
