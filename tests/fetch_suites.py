"""Fetches test suites and clients that other people wrote, so that the tests can use them.

    python tests/fetch_suites.py [--into FOLDER] [NAME ...]

Without names it fetches all. The folder is the one that the environment variable COOPKG_SUITES names,
where no other is given; the tests look there and skip, with a reason, what is not there. It must lie
outside the checkout. What a package registry has comes from there: from npm by the lock file in
`tests/clients`, from Maven by version. The rest comes by git at a pinned commit (git's own setting
`url.<base>.insteadOf` points it at a mirror). One small function a suite: add yours, with the names it
fetches, to `SUITES`.
"""

import argparse
import os
import shutil
import subprocess
import sys
import zipfile
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
    """W3C's tests of the SPARQL 1.1 Protocol and of service descriptions; no package has their requests."""
    from_git(
        "w3c/rdf-tests",
        "ad541a5f0479f0798608c4801369d97b8e08b36f",
        into / "rdf-tests",
        "sparql/sparql11/protocol",
        "sparql/sparql11/service-description",
    )


def npm(into: Path) -> Path:
    """Comunica, a parser of Power Query, and the packages that carry suites of others, by the lock file."""
    folder = into / "npm"
    folder.mkdir(parents=True, exist_ok=True)
    same = True
    for name in ("package.json", "package-lock.json"):
        wanted, there = HERE / "clients" / name, folder / name
        same = same and there.is_file() and there.read_bytes() == wanted.read_bytes()
        shutil.copy(wanted, there)
    if not (same and (folder / "node_modules").is_dir()):
        program = shutil.which("npm") or sys.exit("npm is needed for this")
        subprocess.run([program, "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=folder, check=True)
    return folder / "node_modules"


def from_maven(folder: Path, *artifacts: str) -> None:
    """Puts jars, without what they depend on, into a folder.

    Args:
        folder: where they go; made anew.
        artifacts: `group:artifact:version`.
    """
    shutil.rmtree(folder, ignore_errors=True)
    maven = shutil.which("mvn") or sys.exit("Maven is needed for this")
    copy = [maven, "--quiet", "--batch-mode", "dependency:copy", f"-DoutputDirectory={folder}"]
    for artifact in artifacts:
        subprocess.run([*copy, f"-Dartifact={artifact}"], check=True)


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


def fuseki(into: Path) -> None:
    """Apache Jena Fuseki, a SPARQL server in one jar."""
    from_maven(into / "fuseki", "org.apache.jena:jena-fuseki-server:5.6.0")


def protocol_names(into: Path) -> None:
    """The names of all cases of W3C's protocol suite, as RDF4J's copy has them; the requests themselves come by git only."""
    folder = into / "protocol-names"
    from_maven(folder, "org.eclipse.rdf4j:rdf4j-sparql-testsuite:5.1.0")
    (jar,) = folder.glob("*.jar")
    with zipfile.ZipFile(jar) as files:
        (folder / "manifest.ttl").write_bytes(files.read("testcases-sparql-1.1-w3c/protocol/manifest.ttl"))
    jar.unlink()


def dcat_ap(into: Path) -> None:
    """SEMIC's shapes of DCAT-AP 3.0.0; no package has them."""
    from_git(
        "SEMICeu/DCAT-AP",
        "7c531da7f154794da620fd0e57a3e8afe0286c0f",
        into / "dcat-ap",
        "releases/3.0.0/shacl",
    )


def data_shapes(into: Path) -> None:
    """W3C's tests of SHACL, which the npm package shacl-engine carries whole."""
    folder = into / "data-shapes"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(npm(into) / "shacl-engine/test/assets/data-shapes", folder / "data-shapes-test-suite/tests")


def sarif(into: Path) -> None:
    """The JSON schema of SARIF 2.1.0 as a package of its editors has it.

    It is the last candidate; the standard adds no rule that it lacks but one: a region names a start.
    """
    folder = into / "sarif"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    shutil.copy(npm(into) / "@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json", folder / "sarif-2.1.0.json")


def vocabularies(into: Path) -> None:
    """The vocabularies with which the alignments are compared, as the npm packages @vocabulary/* give them."""
    folder = into / "vocabularies"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name in ("dcat", "geo", "org", "prov", "schema", "wgs"):
        shutil.copy(npm(into) / f"@vocabulary/{name}/{name}.nq", folder / f"{name}.nq")


def eli(into: Path) -> None:
    """The ontology of ELI as it was harvested in January 2020; no package has it."""
    from_git("linked-solutions/prefix.cc-harvest", "25430052dd21910fb4ba82720807df2dfdab51ab", into / "eli", "eli.ttl")


SUITES: dict[str, Callable[[Path], object]] = {
    "npm": npm,
    "data-shapes": data_shapes,
    "vocabularies": vocabularies,
    "eli": eli,
    "sarif": sarif,
    "jena": jena,
    "fuseki": fuseki,
    "protocol-names": protocol_names,
    "rdf-tests": rdf_tests,
    "dcat-ap": dcat_ap,
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
