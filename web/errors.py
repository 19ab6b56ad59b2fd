"""What went wrong, as a page or as JSON: `{ok, error, errors, status}`. The one place where the site catches errors."""

import json

from flask import Flask, Response, current_app, render_template, request
from werkzeug.exceptions import HTTPException

from kg.errors import KgError
from web.text import mark, say

WORDS = {
    400: mark("This address cannot be right."),
    404: mark("There is no such page."),
    405: mark("This address does not take that method."),
    413: mark("The request is too large."),
    500: mark("Something went wrong on our side. It has been noted; nothing you wrote is lost but the answer."),
}


def init_app(app: Flask) -> None:
    """Answers every error of the application."""
    app.register_error_handler(KgError, _ours)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _unforeseen)


def answer(status: int, message: str, hint: str = "") -> Response:
    """An error as JSON where the reader takes JSON or asked for data, else as a page."""
    message = " ".join(message.split())  # what a reader wrote is quoted, and stays within the sentence
    message = message[:1].upper() + message[1:]
    if wants_json():
        text = f"{message.rstrip('.')}; {hint}" if hint else message
        body = json.dumps({"ok": False, "error": text, "errors": [text], "status": status}, ensure_ascii=False)
        return Response(body, status, mimetype="application/json")
    return Response(
        render_template(
            "error.html",
            status=status,
            message=message.rstrip("."),
            hint=hint[:1].upper() + hint[1:],
            title=say("Error"),
        ),
        status,
    )


def wants_json() -> bool:
    """Whether the reader is a program: by the address, or because it does not take a page."""
    if request.path.endswith((".json", ".jsonld", ".csv", ".xlsx", ".ods", ".docx")) or request.path == "/health":
        return True
    return request.accept_mimetypes.best_match(
        ["text/html", "application/json"], "text/html"
    ) == "application/json" or (
        request.path.startswith("/sparql") and "text/html" not in request.headers.get("Accept", "")
    )


def _ours(problem: KgError) -> Response:
    return answer(problem.status, problem.message, problem.hint)


def _http(problem: HTTPException) -> Response:
    status = problem.code or 500
    if problem.response is not None or status < 400:
        return Response(problem.get_body(), status, problem.get_headers())
    response = answer(status, say(WORDS.get(status, problem.name)))
    response.headers.extend((name, value) for name, value in problem.get_headers() if name in ("Allow", "Retry-After"))
    return response


def _unforeseen(problem: Exception) -> Response:
    current_app.logger.exception("%s %s", request.method, request.path, exc_info=problem)
    return answer(500, say(WORDS[500]))
