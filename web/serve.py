"""The command `coopkg serve`: the site, by waitress."""

import datetime
import threading

import click
import waitress

from kg.errors import KgError
from kg.settings import read
from web import create_app


@click.command()
@click.option("--host", help="Address to listen on, instead of COOPKG_HOST.")
@click.option("--port", type=click.IntRange(1, 65535), help="Port to listen on, instead of COOPKG_PORT.")
def serve(host: str | None, port: int | None) -> None:
    """Serves the site from the graph that is published."""
    try:
        settings = read()
        app = create_app(settings)
        reading = app.extensions["reader"].current()
    except KgError as problem:
        click.echo(f"Error: {problem}", err=True)
        raise SystemExit(problem.exit_code) from None
    threading.Thread(target=reading.warm, args=[datetime.date.today()], daemon=True).start()
    place = (host or settings.host, port or settings.port)
    click.echo(f"http://{place[0]}:{place[1]}/ shows the graph {reading.graph.digest[:12]}; stop with Ctrl-C")
    waitress.serve(app, host=place[0], port=place[1], threads=settings.threads, ident="coopkg", _quiet=True)
