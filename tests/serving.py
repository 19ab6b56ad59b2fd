"""A site for tests: on a small graph of one's own, and over HTTP."""

import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask
from waitress.server import create_server

from kg.published import Published
from kg.store import Store


def publish(home: Path, quads: bytes) -> str:
    """Publishes a graph that nobody has built.

    Args:
        home: the home folder.
        quads: N-Quads.

    Returns:
        Its digest.
    """
    digest = hashlib.sha256(quads).hexdigest()
    aside = home / "aside"
    aside.mkdir(parents=True)
    store = Store.create(aside / "store")
    store.load_quads(quads)
    store.finish()
    del store
    (aside / "summary.json").write_text(json.dumps({"digest": digest, "statements": quads.count(b"\n")}), "utf-8")
    Published(home).publish(aside, digest, 3)
    return digest


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """The site over HTTP, by its own server; gives its address, without a slash at the end."""
    threads = app.extensions["reader"].current().settings.threads
    server = create_server(app, host="127.0.0.1", port=0, threads=threads, ident="coopkg")
    thread = threading.Thread(target=server.run)
    thread.start()

    def stop() -> None:
        """Runs in the server's own thread."""
        for channel in list(server.active_channels.values()):
            channel.handle_close()
        server.close()

    try:
        yield f"http://127.0.0.1:{server.effective_port}"
    finally:
        server.trigger.pull_trigger(stop)
        thread.join(10)
        server.task_dispatcher.shutdown()
        app.extensions["reader"].endpoint.close()
