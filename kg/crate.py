"""The metadata of a bundle: an RO-Crate 1.1, https://www.researchobject.org/ro-crate/specification/1.1/"""

from typing import Any

from kg.asked import Result
from kg.vocab import BASE

CRATE, RECORD, ROWS, SOURCES = "ro-crate-metadata.json", "result.json", "rows.csv", "sources.csv"
LICENCE = "https://creativecommons.org/licenses/by/4.0/"
VERIFY = "`coopkg verify` runs the question again and compares."
TERMS = "CC BY 4.0 as far as our selection goes; the sources keep their own terms."


def crate(result: Result, record: dict[str, Any], sizes: dict[str, int]) -> dict[str, Any]:
    """What `ro-crate-metadata.json` says.

    Args:
        result: the result.
        record: its record, as `kg.bundle` writes it.
        sizes: the files of the bundle with their bytes.
    """
    asked = result.asked
    about = f"{result.title}, as asked for {asked.day}, from the build {asked.graph}"
    parameters = [
        {"@id": f"#parameter-{name}", "@type": "PropertyValue", "name": name, "value": value}
        for name, value in {**asked.parameters, "day": str(asked.day), "stale_months": str(asked.stale_months)}.items()
    ]
    queries = [name for name in sizes if name.startswith("queries/")]
    sources = [
        {"@id": source.url, "@type": "CreativeWork", "name": source.title}
        | ({"temporalCoverage": source.as_of} if source.as_of else {})
        for source in {source.url: source for source in result.sources}.values()
    ]
    kinds = {ROWS: "text/csv", SOURCES: "text/csv", RECORD: "application/json"}
    names = {ROWS: "The rows", SOURCES: "The sources of what the rows name", RECORD: "Question, build and checksums"}
    files = [
        {
            "@id": name,
            "@type": ["File", "SoftwareSourceCode"] if name in queries else "File",
            "name": names.get(name, f"The query {name[8:-3]}, with its values"),
            "encodingFormat": kinds.get(name, "application/sparql-query"),
            "contentSize": str(size),
            **({"sha256": record["files"][name]} if name in record["files"] else {}),
        }
        for name, size in sizes.items()
    ]
    graph = {
        "@id": f"{BASE}build/{asked.graph}",
        "@type": "CreativeWork",
        "name": f"coopkg, build {asked.graph[:12]}",
        "identifier": asked.graph,
        "description": "The knowledge graph that was asked; the identifier is the SHA-256 of its sorted N-Quads.",
        "version": record["vocabulary"],
        "license": {"@id": LICENCE},
    }
    action = {
        "@id": "#query",
        "@type": "CreateAction",
        "name": f"Asking {asked.name}",
        "instrument": [{"@id": name} for name in queries],
        "object": [{"@id": graph["@id"]}, *({"@id": one["@id"]} for one in parameters)],
        "result": {"@id": ROWS},
    }
    shapes = {
        "@id": "#shapes",
        "@type": "PropertyValue",
        "name": "SHA-256 of the shapes that the graph was held against",
        "value": record["shapes"] or "not kept",
    }
    root = {
        "@id": "./",
        "@type": "Dataset",
        "name": about,
        "description": " ".join([f"{len(result.rows)} rows.", VERIFY, TERMS, *record["notes"]]),
        "datePublished": str(asked.day),
        "identifier": record["link"],
        "license": {"@id": LICENCE},
        "hasPart": [{"@id": name} for name in sizes],
        "mentions": {"@id": "#query"},
        "isBasedOn": [{"@id": graph["@id"]}, *({"@id": one["@id"]} for one in sources)],
        "additionalProperty": {"@id": "#shapes"},
        "publisher": {"@id": BASE},
    }
    descriptor = {
        "@id": CRATE,
        "@type": "CreativeWork",
        "conformsTo": {"@id": "https://w3id.org/ro/crate/1.1"},
        "about": {"@id": "./"},
    }
    licence = {
        "@id": LICENCE,
        "@type": "CreativeWork",
        "name": "Creative Commons Attribution 4.0 International",
        "description": TERMS,
    }
    project = {"@id": BASE, "@type": "Organization", "name": "the coopkg project", "url": BASE}
    things = [descriptor, root, action, graph, shapes, *parameters, *files, *sources, licence, project]
    return {"@context": "https://w3id.org/ro/crate/1.1/context", "@graph": things}
