"""`make screenshots`: the pages as a reader sees them, to be looked at.

    python tests/screenshots.py [--home FOLDER] [--out FOLDER] [--only ENDPOINT ...] [--languages en fr]
        [--looks 1280-light ...] [--whole] [--readme]

Serves the graph that is built and writes a PNG of the first address of each page of `tests/sights.py`, 1280 and 390
pixels wide, light and dark, and one as printed; the first screens of each, or with `--whole` all of it. The standard
folder lies beside the built graphs, outside git.
"""

import argparse
import re
from pathlib import Path
from typing import Any

from sights import PAGES, chromium, site_of, watched

from kg.settings import read

LOOKS = [
    ("1280-light", 1280, {"color_scheme": "light"}),
    ("1280-dark", 1280, {"color_scheme": "dark"}),
    ("390-light", 390, {"color_scheme": "light"}),
    ("390-dark", 390, {"color_scheme": "dark"}),
]
SCREENS = 2.5
"""How many screens of 844 pixels a picture shows; whole pages of a thousand rows help nobody to judge."""


def taken(browser: Any, site: str, address: str, out: Path, whole: bool, looks: list[str]) -> list[str]:
    """Writes the pictures of one page; gives what it complained of."""
    name = re.sub(r"\W+", "-", address).strip("-") or "home"
    complaints: list[str] = []
    for look, width, options in LOOKS:
        if look not in looks:
            continue
        tab, found = watched(browser, site, width, **options)
        tab.goto(site + address, wait_until="networkidle")
        height = tab.evaluate("document.documentElement.scrollHeight")
        wide = tab.evaluate("document.documentElement.scrollWidth")
        if wide > width:
            found.append(f"{address}: {wide} pixels wide on a screen of {width}")
        box = {"x": 0, "y": 0, "width": width, "height": height if whole else min(height, 844 * SCREENS)}
        tab.screenshot(path=out / f"{name}-{look}.png", full_page=True, clip=box)
        if look == "1280-light":
            tab.pdf(path=out / f"{name}-print.pdf", format="A4", prefer_css_page_size=True)
        tab.context.close()
        complaints += found
    return complaints


def of_readme(browser: Any, site: str) -> None:
    """Writes the picture that the README shows: the head of a profile."""
    tab, _ = watched(browser, site, 1280, color_scheme="light")
    tab.set_viewport_size({"width": 1280, "height": 860})
    tab.goto(f"{site}/country/COL?lang=en", wait_until="networkidle")
    tab.screenshot(path=Path(__file__).parent.parent / "docs" / "profile.png")
    tab.context.close()


def main() -> None:
    """Takes the pictures and says where they are."""
    home = read().home
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--home", type=Path, default=home, help="home folder with a built graph")
    parser.add_argument("--out", type=Path, help="folder to write to; else `screenshots` in the home folder")
    parser.add_argument(
        "--only", nargs="*", default=[], metavar="ENDPOINT", help="endpoints of tests/sights.py; else all"
    )
    parser.add_argument("--languages", nargs="*", default=["en"])
    parser.add_argument("--looks", nargs="*", default=[look for look, _, _ in LOOKS], help="such as 390-dark; else all")
    parser.add_argument("--whole", action="store_true", help="all of a page, however long")
    parser.add_argument("--readme", action="store_true", help="only docs/profile.png, anew")
    given = parser.parse_args()
    if given.readme:
        with site_of(given.home) as site, chromium() as browser:
            of_readme(browser, site)
        return
    out = given.out or given.home / "screenshots"
    out.mkdir(parents=True, exist_ok=True)
    complaints = []
    with site_of(given.home) as site, chromium() as browser:
        for endpoint, pages in PAGES.items():
            for page in pages if given.only else pages[:1]:
                if given.only and endpoint not in given.only:
                    continue
                for language in given.languages:
                    address = f"{page}{'&' if '?' in page else '?'}lang={language}"
                    complaints += taken(browser, site, address, out, given.whole, given.looks)
                    print(address, flush=True)
    print(f"{len(list(out.glob('*.png')))} pictures in {out}")
    for complaint in complaints:
        print(f"look at: {complaint}")


if __name__ == "__main__":
    main()
