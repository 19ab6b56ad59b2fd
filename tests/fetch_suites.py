"""Fetches test suites and clients that other people wrote, so that the tests can use them.

    python tests/fetch_suites.py [--into FOLDER] [NAME ...]

Without names it fetches all. The folder is the one that the environment variable COOPKG_SUITES names,
where no other is given; the tests look there and skip, with a reason, what is not there. It must lie
outside the checkout. Suites come by git at a pinned commit (git's own setting `url.<base>.insteadOf`
points it at a mirror), Java clients by Maven, JavaScript clients by npm and their lock file in
`tests/clients`. One small function a suite: add yours, with the names it fetches, to `SUITES`.
"""

import argparse
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

HERE = Path(__file__).resolve().parent


def from_git(repository: str, commit: str, folder: Path, *paths: str) -> None:
    """Puts some paths of one commit of a repository into a folder.

    Args:
        repository: `owner/name` at GitHub.
        commit: the 40 hexadecimal digits of the commit.
        folder: where they go; made anew.
        paths: files and folders of the repository.
    """
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    git = ["git", "-C", str(folder)]
    subprocess.run([*git, "init", "--quiet"], check=True)
    subprocess.run(
        [*git, "fetch", "--quiet", "--depth", "1", f"https://github.com/{repository}", commit],
        check=True,
    )
    subprocess.run([*git, "checkout", "--quiet", commit, "--", *paths], check=True)


def rdf_tests(into: Path) -> None:
    """W3C's tests of the SPARQL 1.1 Protocol and of service descriptions."""
    from_git(
        "w3c/rdf-tests",
        "ad541a5f0479f0798608c4801369d97b8e08b36f",
        into / "rdf-tests",
        "sparql/sparql11/protocol",
        "sparql/sparql11/service-description",
    )


def comunica(into: Path) -> None:
    """Comunica, the JavaScript client, by its lock file."""
    folder = into / "comunica"
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copy(HERE / "clients" / name, folder / name)
    npm = shutil.which("npm") or sys.exit("npm is needed for comunica")
    subprocess.run([npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=folder, check=True)


def jena(into: Path) -> None:
    """Apache Jena's commands, `rsparql` among them."""
    maven = shutil.which("mvn") or sys.exit("Maven is needed for jena")
    subprocess.run(
        [
            *(maven, "--quiet", "--batch-mode", "--file", str(HERE / "clients" / "pom.xml")),
            *("dependency:copy-dependencies", "-DincludeScope=runtime", f"-DoutputDirectory={into / 'jena'}"),
        ],
        check=True,
    )


def dcat_ap(into: Path) -> None:
    """SEMIC's shapes of DCAT-AP 3.0.0."""
    from_git(
        "SEMICeu/DCAT-AP",
        "7c531da7f154794da620fd0e57a3e8afe0286c0f",
        into / "dcat-ap",
        "releases/3.0.0/shacl",
    )


def data_shapes(into: Path) -> None:
    """W3C's tests of SHACL."""
    from_git(
        "w3c/data-shapes",
        "ff9edb9c85375498b49391fb65ef3ff6525ebe08",
        into / "data-shapes",
        "data-shapes-test-suite/tests",
    )


def sarif(into: Path) -> None:
    """The JSON schema of SARIF 2.1.0."""
    from_git(
        "oasis-tcs/sarif-spec",
        "e0583813964ec43cea53b6b531b402866095ed1f",
        into / "sarif",
        "sarif-2.1/schema/sarif-schema-2.1.0.json",
    )


def vocabularies(into: Path) -> None:
    """W3C's own files of ORG, PROV-O and DCAT 3, with which the alignments are compared."""
    from_git(
        "w3c/ns",
        "8e3feba8f0e4a8f6e747144fbb01314d2524614a",
        into / "vocabularies",
        "org.ttl",
        "prov-o.ttl",
        "dcat3.ttl",
    )


SUITES: dict[str, Callable[[Path], None]] = {
    "rdf-tests": rdf_tests,
    "comunica": comunica,
    "jena": jena,
    "dcat-ap": dcat_ap,
    "data-shapes": data_shapes,
    "vocabularies": vocabularies,
    "sarif": sarif,
}
"""What can be fetched: the name of its folder, and the function that fetches it."""


def main() -> None:
    """Fetches what the arguments name."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--into", default=os.environ.get("COOPKG_SUITES"), help="folder; else COOPKG_SUITES")
    arguments.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(SUITES)}; all where none is given")
    given = arguments.parse_args()
    if not given.into:
        arguments.error("name a folder by --into or by COOPKG_SUITES")
    unknown = sorted(set(given.names) - set(SUITES))
    if unknown:
        arguments.error(f"there is no suite {', '.join(unknown)}")
    for name in given.names or SUITES:
        SUITES[name](Path(given.into).resolve())
        sys.stdout.write(f"{name} fetched\n")


if __name__ == "__main__":
    main()
