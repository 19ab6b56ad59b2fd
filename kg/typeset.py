"""Sets a document as PDF with Typst, in a process of its own that is ended past a time limit.

The document is a Typst template that lies in the package; what it shows comes as data, never as markup, so
that no value can be read as a command. The template sees the file system no wider than its own folder.

`python -m kg.typeset TEMPLATE FONTS` is that process: it reads the data and writes the PDF.
"""

import json
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

from kg.errors import Busy, LimitReached, StoreError

SECONDS = 20
"""The most time that one document may take; two pages take a tenth of a second with the start of the process."""

PLACES = threading.BoundedSemaphore(2)
"""How many documents are set at a time, so that the site goes on answering."""


def pdf(template: Path, data: dict[str, Any], fonts: Path) -> bytes:
    """A document as PDF; the same data give the same bytes.

    Args:
        template: the Typst file; it reads `sys.inputs.data`, which is JSON.
        data: what it shows: texts, numbers, lists and dictionaries.
        fonts: the folder of the typefaces; where it is missing, the one built into Typst is used.

    Raises:
        Busy: others are being set, and it was not this one's turn within the limit.
        LimitReached: it took too long.
        StoreError: Typst is not installed, or cannot set the template.
    """
    if not PLACES.acquire(timeout=SECONDS):
        raise Busy("too many documents are being set at the moment", "try again in a few seconds")
    try:
        done = subprocess.run(
            [sys.executable, "-m", "kg.typeset", str(template), str(fonts)],
            input=json.dumps(data, ensure_ascii=False, sort_keys=True).encode("utf-8"),
            capture_output=True,
            timeout=SECONDS,
            cwd=Path(__file__).parent.parent,
        )
    except subprocess.TimeoutExpired:
        raise LimitReached("the document took too long to set", "try again") from None
    finally:
        PLACES.release()
    if done.returncode:
        last = done.stderr.decode("utf-8", "replace").strip().splitlines()[-1:] or ["no reason given"]
        raise StoreError(f"the document cannot be set: {last[0]}", "install the package typst, or tell the maintainers")
    return done.stdout


def _main(template: str, fonts: str) -> None:
    import typst  # here, so that the site itself does not load it

    found = [fonts] if Path(fonts).is_dir() else []
    given = {"data": sys.stdin.buffer.read().decode("utf-8")}
    sys.stdout.buffer.write(
        bytes(typst.compile(template, font_paths=found, ignore_system_fonts=True, sys_inputs=given, timestamp=0))
    )


if __name__ == "__main__":
    _main(*sys.argv[1:])
