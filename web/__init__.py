"""The site: reads the published graph and shows it; writes nothing.

`create_app` puts it together. Read `pages` for what a page holds, `profile` for one country's (shown by `country`, side by side by `compare`), `reading`
for what is kept in memory, `links` for addresses, `text` for words, `ledger` for what changed, `routes` for routes and hubs, `knowledge` for what is known, `freshness` for what to check again, `matrix` for all pairs at once, `atlas` for maps, `index` and `search` for what is found by its name, `api` and `openapi` for data, `protocol` and `sparql` for the query service, `linked` for the addresses of things, `catalogue` for what can be taken away, `results` for what can be cited, `headers` for what goes with every answer, `library` and `views` for saved questions and the pictures of their answers, `editor` for what the query editor needs, `delivery` for how an answer travels, `steward` and `forms` for rows that people check and propose.
"""

from flask import Flask

from kg.settings import Settings, read
from web import (
    api,
    catalogue,
    compare,
    country,
    delivery,
    desk,
    desk_file,
    editor,
    errors,
    freshness,
    funding,
    headers,
    knowledge,
    ledger,
    library,
    linked,
    matrix,
    openapi,
    pages,
    results,
    routes,
    search,
    sparql,
    steward,
    text,
)
from web.address import Address
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
    for part in (
        headers,
        delivery,
        text,
        errors,
        pages,
        country,
        compare,
        knowledge,
        freshness,
        ledger,
        matrix,
        routes,
        openapi,
        api,
        search,
        sparql,
        linked,
        catalogue,
        results,
        library,
        editor,
        desk,
        desk_file,
        funding,
        steward,
    ):
        part.init_app(app)
    if app.extensions["reader"].settings.address:
        app.wsgi_app = Address(app.wsgi_app, app.extensions["reader"].settings.address)  # type: ignore[method-assign]
    return app
