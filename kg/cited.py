"""The sources behind the rows of an answer: what they name, and where that was read."""

from kg.positions import Source
from kg.published import Graph
from kg.vocab import ID, expand


def sources_of(graph: Graph, cells: set[str]) -> set[Source]:
    """The sources behind cells: sources named by IRI or address, and those of records and of the proofs of bases."""
    known = {
        row["source"]: Source(row["title"], row["url"], row.get("as_of", ""), "")
        for row in graph.store.select(f"""
            PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
            SELECT ?source ?title ?url ?as_of WHERE {{
              GRAPH <https://w3id.org/coopkg/graph/seeds/source> {{
                ?source skos:prefLabel ?title ; <{expand("schema:url")}> ?url .
                OPTIONAL {{ ?source <{expand("dcterms:valid")}> ?as_of }}
              }}
            }}""")
    }
    pages = {source.url: iri for iri, source in known.items()}
    named = {pages.get(cell, cell) for cell in cells}
    # countries stand in nearly every row; their codes have a source of their own that shows nothing of the row
    things = {cell for cell in named if cell.startswith(ID) and _is_iri(cell)} - set(known)
    if things:
        values = " ".join(f"<{thing}>" for thing in sorted(things))
        read, proof = expand("prov:hadPrimarySource"), expand("coop:hasProof")
        named |= {
            row["source"]
            for row in graph.store.select(f"""
                SELECT DISTINCT ?source WHERE {{
                  VALUES ?thing {{ {values} }}
                  {{ ?thing <{read}> ?source }} UNION {{ ?thing <{proof}> ?proof . ?proof <{read}> ?source }}
                }}""")
        }
    return {known[one] for one in named if one in known}


def _is_iri(text: str) -> bool:
    return not set(text) & set(' <>"{}|\\^`\n\r\t')
