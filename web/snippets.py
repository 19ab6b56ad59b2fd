"""How to ask a saved question from other programs: text to copy, with the parameters filled in."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Snippet:
    """One text to copy: for which program, and the text."""

    program: str
    text: str


def snippets(name: str, address: dict[str, str], endpoint: str) -> list[Snippet]:
    """The texts for one question.

    Args:
        name: its name.
        address: the whole address of its answer by form (`csv`, `json`, `rq`), parameters and day included.
        endpoint: the whole address of the SPARQL endpoint.
    """
    return [
        Snippet("curl", f"curl --fail --location --output {name}.csv \\\n  '{address['csv']}'\n"),
        Snippet(
            "Python (pandas)",
            f'import pandas\n\nrows = pandas.read_csv("{address["csv"]}", keep_default_na=False)\nprint(rows)\n',
        ),
        Snippet(
            "Python (SPARQLWrapper)",
            "from urllib.request import urlopen\n\nfrom SPARQLWrapper import JSON, POST, SPARQLWrapper\n\n"
            f'question = urlopen("{address["rq"]}").read().decode("utf-8")\n'
            f'endpoint = SPARQLWrapper("{endpoint}")\n'
            "endpoint.setQuery(question)\nendpoint.setMethod(POST)\nendpoint.setReturnFormat(JSON)\n"
            'rows = endpoint.query().convert()["results"]["bindings"]\nprint(len(rows))\n',
        ),
        Snippet(
            "R",
            f'rows <- read.csv("{address["csv"]}", encoding = "UTF-8", na.strings = character(0))\nprint(rows)\n',
        ),
        Snippet(
            "Excel (Power Query)",
            "let\n"
            f'    Source = Csv.Document(Web.Contents("{address["csv"]}"), [Delimiter = ",", Encoding = 65001, QuoteStyle = QuoteStyle.Csv]),\n'
            "    Rows = Table.PromoteHeaders(Source, [PromoteAllScalars = true])\nin\n    Rows\n",
        ),
    ]
