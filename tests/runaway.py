"""Measures what runaway queries do to everybody else.

    python tests/runaway.py [--home FOLDER] [--queries 10] [--path /country/COL]

The site runs as `coopkg serve` does, on the built graph, with as many workers as there are runaway queries.
Prints the quiet and the disturbed time of a page (median and 95th percentile) and their ratio; the aim is
at most 2. The page is asked for on a kept connection, one request after the other.
"""

import argparse
import http.client
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
from pathlib import Path

from processor import settle

from kg import build, settings

ROOT = Path(__file__).parent.parent
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"


def times(port: int, path: str, count: int) -> list[float]:
    """Seconds of each of a number of requests."""
    line, taken = http.client.HTTPConnection("127.0.0.1", port, timeout=60), []
    for _ in range(count):
        started = time.perf_counter()
        line.request("GET", path, headers={"Accept": "text/html"})
        answer = line.getresponse()
        answer.read()
        assert answer.status == 200, answer.status
        taken.append(time.perf_counter() - started)
    line.close()
    return taken


def run_away(port: int, stop: threading.Event) -> None:
    """Sends an endless query again and again."""
    while not stop.is_set():
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        line.request("GET", f"/sparql.json?query={urllib.parse.quote(ENDLESS)}")
        line.getresponse().read()
        line.close()


def main(given_arguments: list[str] | None = None) -> None:
    """Measures and prints."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--home", help="home folder with a built graph; else one is built")
    arguments.add_argument("--queries", type=int, default=10)
    arguments.add_argument("--path", default="/country/COL")
    arguments.add_argument("--count", type=int, default=100)
    given = arguments.parse_args(given_arguments)
    with tempfile.TemporaryDirectory() as folder, socket.socket() as free:
        if not given.home:
            build.build(ROOT, settings.read({"COOPKG_HOME": folder}), lambda step, text: None)
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        free.close()
        more = {
            "HOME": given.home or folder,
            "PORT": port,
            "QUERY_WORKERS": given.queries,
            "THREADS": 3 * given.queries + 8,
            "PROCESSES": 1,
        }
        environment = {**os.environ, **{f"COOPKG_{name}": str(value) for name, value in more.items()}}
        command = [sys.executable, "-c", "from web.serve import serve; serve()"]
        server = subprocess.Popen(command, env=environment, cwd=ROOT, stdout=subprocess.DEVNULL)
        try:
            for _ in range(600):
                try:
                    times(port, "/health", 1)
                    break
                except OSError:
                    time.sleep(0.1)
            settle(server.pid)  # it reads ahead in the background after its start
            times(port, given.path, 20)
            quiet, stop = times(port, given.path, given.count), threading.Event()
            threads = [threading.Thread(target=run_away, args=(port, stop)) for _ in range(given.queries)]
            for thread in threads:
                thread.start()
            time.sleep(2)
            disturbed: list[float] = []
            while len(disturbed) < given.count:
                disturbed += times(port, given.path, 10)
            running = time.time()
            while time.time() - running < 12:  # over a moment at which all are killed and begin anew
                disturbed += times(port, given.path, 10)
                time.sleep(0.2)
            stop.set()
            for thread in threads:
                thread.join()
        finally:
            server.terminate()
            server.wait()
    for name, taken in (("quiet", quiet), ("disturbed", disturbed)):
        middle, late = statistics.median(taken), statistics.quantiles(taken, n=20)[18]
        print(f"{name:<10} median {middle * 1000:7.1f} ms   p95 {late * 1000:7.1f} ms   of {len(taken)} requests")
    ratios = [statistics.median(disturbed) / statistics.median(quiet)]
    ratios.append(statistics.quantiles(disturbed, n=20)[18] / statistics.quantiles(quiet, n=20)[18])
    print(f"{given.queries} runaway queries: {ratios[0]:.2f} times in the median, {ratios[1]:.2f} times at p95")


if __name__ == "__main__":
    main()
