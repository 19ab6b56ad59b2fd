"""The OpenAPI document of the site's data, at /openapi.json: each module gives the path items of its own addresses."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Flask, Response, current_app, jsonify, request

openapi = Blueprint("openapi", __name__)
Paths = Callable[[], dict[str, Any]]
"""Makes path items by path, as OpenAPI 3.1 wants them."""

VERSION = "1"
"""Of the interface: goes up when an address or a field of an answer is taken away."""
ERROR = {
    "type": "object",
    "required": ["ok", "error", "errors", "status"],
    "properties": {
        "ok": {"const": False},
        "error": {"type": "string", "description": "One sentence: what is wrong; what to write or do instead."},
        "errors": {"type": "array", "items": {"type": "string"}},
        "status": {"type": "integer"},
    },
}


def init_app(app: Flask) -> None:
    """Adds the document; comes before the modules that add to it."""
    app.extensions["openapi"] = []
    app.register_blueprint(openapi)


def add(app: Flask, paths: Paths) -> None:
    """Adds path items to the document.

    Args:
        app: the site.
        paths: asked each time the document is asked for.
    """
    app.extensions["openapi"].append(paths)


@openapi.get("/openapi.json")
def document() -> Response:
    """The document."""
    paths: dict[str, Any] = {}
    for more in current_app.extensions["openapi"]:
        paths |= more()
    answer = jsonify(
        openapi="3.1.0",
        info={
            "title": "coopkg",
            "version": VERSION,
            "description": "Cooperation of the EU and its member states with third countries against organised crime, as data.",
            "license": {
                "name": "CC BY 4.0, as far as our selection goes",
                "url": "https://creativecommons.org/licenses/by/4.0/",
            },
        },
        servers=[{"url": request.script_root or "/"}],
        paths=paths,
        components={"schemas": {"Error": ERROR}},
    )
    answer.headers["Access-Control-Allow-Origin"] = "*"
    return answer


def parameter(
    name: str, place: str, schema: dict[str, Any], description: str, required: bool = False
) -> dict[str, Any]:
    """One parameter of an operation; `place` is query, path or header."""
    return {
        "name": name,
        "in": place,
        "required": required or place == "path",
        "description": description,
        "schema": schema,
    }


def responses(content: dict[str, Any], *statuses: int, **more: Any) -> dict[str, Any]:
    """The answers of an operation: 200 with its content by media type, and the errors that it may give.

    Args:
        content: schema by media type.
        statuses: statuses of errors.
        more: what else stands beside the content of 200, such as headers.
    """
    good = {"description": "The answer.", "content": {kind: {"schema": schema} for kind, schema in content.items()}}
    error = {
        "application/json": {"schema": {"$ref": "#/components/schemas/Error"}},
        "text/html": {"schema": {"type": "string", "description": "The same as a page, for browsers."}},
    }
    return {
        "200": good | more,
        **{str(status): {"description": "One sentence says why.", "content": error} for status in statuses},
    }
