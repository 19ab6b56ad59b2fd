"""The site: reads the published graph and shows it; writes nothing.

`create_app` puts it together. Read `pages` for what a page holds, `profile` for one country's, `reading`
for what is kept in memory, `links` for addresses, `text` for words, `ledger` for what changed, `routes` for routes and hubs, `knowledge` for what is known, `matrix` for all pairs at once, `api` for everything that is no page.
"""

from flask import Flask

from kg.settings import Settings, read
from web import api, errors, knowledge, ledger, matrix, pages, routes, text
from web.reading import Reader


def create_app(settings: Settings | None = None) -> Flask:
    """The site as a WSGI application.

    Args:
        settings: the settings in force; those of the environment where none are given.
    """
    app = Flask(__name__)
    app.config["MAX_CONTENT_LENGTH"] = 1_000_000
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.extensions["reader"] = Reader(settings or read())
    for part in (text, errors, pages, knowledge, ledger, matrix, routes, api):
        part.init_app(app)
    return app
