"""How long a reader waits for each page: first byte, first paint in Chromium, and weight.

    python tests/bench_pages.py --home FOLDER [--languages en fr] [--only ENDPOINT ...] [--paint]

Every page of `tests/sights.py`, asked of the site's own server in one process that has read what it reads ahead.
`made` is the least of seven requests of a reader with a cookie, for whom a page is made anew; `first byte` the least
of seven of any other reader, who gets a page that is kept where one is. The least, because the machine may be shared. With
`--paint`, Chromium shows each page three times with nothing kept, and the least time counts. Ends with the pages
over an aim.
"""

import argparse
import http.client
import os
import sys
import time
from pathlib import Path
from typing import Any

from bench_site import SERVERS, running
from sights import HEAVY, PAGES, addresses, chromium, watched

AIMS = {"first byte": 50.0, "paint": 1000.0, "kB": 300.0}
"""Milliseconds, and thousands of bytes as they travel."""
ASKED = 7
PAINT = "(performance.getEntriesByName('first-contentful-paint')[0] || {}).startTime || 0"


def first_byte(port: int, address: str, **headers: str) -> tuple[float, int]:
    """Milliseconds until the head of an answer is there, and the bytes of its body as they travel."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    line.connect()
    started = time.perf_counter()
    line.request("GET", address, headers={"Accept": "text/html", "Accept-Encoding": "gzip", **headers})
    answer = line.getresponse()
    took = (time.perf_counter() - started) * 1000
    size = len(answer.read())
    line.close()
    return took, size


def requests(tab: Any) -> list[Any]:
    """The list that a page's finished requests go to."""
    loaded: list[Any] = []
    tab.on("requestfinished", lambda request: loaded.append(request))
    return loaded


def painted(browser: Any, port: int, address: str) -> tuple[float, float]:
    """Milliseconds until Chromium shows something, and the thousands of bytes that a page loads with all it needs."""
    least, weight = 1e9, 0.0
    for _ in range(3):
        tab, _ = watched(browser, f"http://127.0.0.1:{port}", 1280)
        loaded = requests(tab)
        tab.goto(f"http://127.0.0.1:{port}{address}", wait_until="networkidle")
        if shown := tab.evaluate(PAINT):
            least = min(least, shown)
        weight = sum(request.sizes()["responseBodySize"] for request in loaded) / 1000
        tab.context.close()
    return least, weight


def idle(home: Path) -> None:
    """Waits until the processes that have the graph open use no time: the site has read ahead what it reads ahead."""
    quiet, before = 0, -1
    for _ in range(1200):
        now = _ticks(str(home.resolve()))
        quiet, before = (quiet + 1 if now - before <= 2 else 0), now
        if quiet >= 4:
            return
        time.sleep(0.5)


def _ticks(home: str) -> int:
    """Hundredths of a second that the processes of a home folder have used."""
    total = 0
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        try:
            if f"COOPKG_HOME={home}\0".encode() in (folder / "environ").read_bytes() and folder.name != str(
                os.getpid()
            ):
                total += sum(map(int, (folder / "stat").read_text().rpartition(")")[2].split()[11:13]))
        except (OSError, ValueError):
            continue
    return total


def main(arguments: list[str] | None = None) -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--home", type=Path, required=True, help="home folder with a built graph")
    parser.add_argument("--languages", nargs="*", default=["en", "fr"])
    parser.add_argument(
        "--only", nargs="*", default=[], metavar="ENDPOINT", help="endpoints of tests/sights.py; else all"
    )
    parser.add_argument("--paint", action="store_true", help="show the pages in Chromium too")
    given = parser.parse_args(arguments)
    endpoint_of = {page: endpoint for endpoint, pages in PAGES.items() for page in pages}
    wanted = {page for page, endpoint in endpoint_of.items() if not given.only or endpoint in given.only}
    over: list[str] = []
    os.environ["COOPKG_PROCESSES"] = "1"
    home = given.home.resolve()
    with running(SERVERS["granian"], home, "/health", os.sched_getaffinity(0)) as port:
        idle(home)
        print(f"{'page':<72}{'made ms':>9}{'first byte ms':>15}{'page kB':>9}")
        for address in addresses(*given.languages):
            page = address.rpartition("lang=")[0][:-1]
            if page not in wanted:
                continue
            _, size = first_byte(port, address)
            made = min(first_byte(port, address, Cookie="a=b")[0] for _ in range(ASKED))
            least = min(first_byte(port, address)[0] for _ in range(ASKED))
            over += [f"{address}: first byte {least:.0f} ms"] if least > AIMS["first byte"] else []
            print(f"{address:<72}{made:>9.1f}{least:>15.1f}{size / 1000:>9.1f}", flush=True)
        if given.paint:
            print(f"\n{'page':<72}{'paint ms':>9}{'all kB':>9}")
            with chromium() as browser:
                for page in sorted(wanted, key=list(endpoint_of).index):
                    least, weight = painted(browser, port, page)
                    heavy = endpoint_of[page] in HEAVY
                    over += [f"{page}: paint {least:.0f} ms"] if least > AIMS["paint"] else []
                    over += [f"{page}: {weight:.0f} kB"] if weight > AIMS["kB"] and not heavy else []
                    print(f"{page:<72}{least:>9.0f}{weight:>9.1f}", flush=True)
    print("\nover an aim: " + ("; ".join(over) or "none"))


if __name__ == "__main__":
    main(sys.argv[1:])
