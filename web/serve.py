"""The command `coopkg serve`: the site, by granian.

Granian reads requests and writes answers outside Python, so slow or hostile connections hold no thread
of the site, and keeps connections open. Several processes answer, each with the published graph open for
reading; how it compares with other servers is in docs/performance.md.
"""

import contextlib
import datetime
import threading

import click
from flask import Flask
from granian.constants import Interfaces
from granian.server import Server

from kg.errors import KgError
from kg.published import Published
from kg.settings import read
from web import country, create_app, steward


def site() -> Flask:
    """The site of one process, which reads in the background what visitors will ask for first."""
    app = create_app()
    steward.prepare(app)
    threading.Thread(target=_warm, args=[app], daemon=True).start()
    return app


def _warm(app: Flask) -> None:
    """Reads all lists, then every profile, then makes what is taken away whole: counts, dumps, comparisons."""
    with contextlib.suppress(RuntimeError):  # the site was stopped meanwhile
        app.extensions["reader"].current().warm(datetime.date.today())
        country.warm(app)
        app.extensions["maker"].prepare(app.extensions["reader"].current().graph.digest)


@click.command()
@click.option("--host", help="Address to listen on, instead of COOPKG_HOST.")
@click.option("--port", type=click.IntRange(1, 65535), help="Port to listen on, instead of COOPKG_PORT.")
def serve(host: str | None, port: int | None) -> None:
    """Serves the site from the graph that is published."""
    try:
        settings = read()
        published = Published(settings.home)
        # not opened here: the processes begin as copies of this one, and threads of the store are not copied
        digest = next((kept.digest for kept in published.kept()), "") or published.current().digest
    except KgError as problem:
        click.echo(f"Error: {problem}", err=True)
        raise SystemExit(problem.exit_code) from None
    place = (host or settings.host, port or settings.port)
    click.echo(f"http://{place[0]}:{place[1]}/ shows the graph {digest[:12]}; stop with Ctrl-C")
    Server(
        "web.serve:site",
        factory=True,
        address=place[0],
        port=place[1],
        interface=Interfaces.WSGI,
        workers=settings.processes,
        blocking_threads=settings.threads,
        respawn_failed_workers=True,
        workers_kill_timeout=settings.query_seconds + 5,
        websockets=False,
        log_enabled=False,
    ).serve()
