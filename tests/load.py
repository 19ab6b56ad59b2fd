"""Asks one address over and over from many kept connections, and says how long the answers took.

    python tests/load.py ADDRESS [--clients 8] [--seconds 5]

Prints JSON: requests answered with 200 in a second, their median, 95th and 99th percentile in milliseconds,
and how many others were refused with 503. Refusals are quick and would pass for speed, so they count nowhere else.
"""

import argparse
import asyncio
import json
import statistics
import time
from urllib.parse import urlsplit


async def client(host: str, port: int, request: bytes, until: float, taken: list[float], refused: list[bytes]) -> None:
    """One connection: a request, its whole answer, the next request."""
    reader, writer = await asyncio.open_connection(host, port)
    while time.perf_counter() < until:
        started = time.perf_counter()
        writer.write(request)
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        await reader.readexactly(int(head.split(b"content-length:")[1].split(b"\r\n")[0]))
        if head.startswith(b"http/1.1 200"):
            taken.append(time.perf_counter() - started)
        elif head.startswith(b"http/1.1 503"):
            refused.append(head)
        else:
            raise RuntimeError(head.split(b"\r\n")[0].decode())
    writer.close()
    await writer.wait_closed()


async def load(address: str, clients: int, seconds: float) -> dict[str, float]:
    """Requests a second, and `p50`, `p95`, `p99` in milliseconds."""
    parts = urlsplit(address)
    path = f"{parts.path}?{parts.query}" if parts.query else parts.path
    request = f"GET {path} HTTP/1.1\r\nHost: {parts.netloc}\r\nAccept-Encoding: gzip\r\n\r\n".encode()
    taken, refused = list[float](), list[bytes]()
    started = time.perf_counter()
    place, until = (str(parts.hostname), parts.port or 80), started + seconds
    await asyncio.gather(*(client(*place, request, until, taken, refused) for _ in range(clients)))
    cuts = statistics.quantiles(taken, n=100)
    late = {f"p{part}": round(cuts[part - 1] * 1000, 1) for part in (50, 95, 99)}
    return {"rate": round(len(taken) / (time.perf_counter() - started)), "refused": len(refused), **late}


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("address")
    arguments.add_argument("--clients", type=int, default=8)
    arguments.add_argument("--seconds", type=float, default=5)
    given = arguments.parse_args()
    print(json.dumps(asyncio.run(load(given.address, given.clients, given.seconds))))


if __name__ == "__main__":
    main()
