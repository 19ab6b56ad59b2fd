"""Brings the catalogues of the interface up to what pages and code say: `make words`.

New messages are added without a text, unused ones taken out, the rest is kept; each file is in the order of its
messages. `tests/test_translations.py` holds the same rules.
"""

import ast
import io
import re
import sys
from pathlib import Path

from babel import Locale
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from kg import queries, score
from kg.languages import INTERFACE
from kg.settings import DATA
from web.text import CATALOGUES

WEB = CATALOGUES.parent
CALLS = dict.fromkeys(("_", "say", "told", "mark"))
"""The functions whose first argument is a message."""
KEYED = re.compile(r"""\b(?:_|say|has)\(\s*f?["']([a-z]+(?: [a-z]+)*) (?:\{|["']\s*~)""")
"""A key that is put together when it is said, as `f"verdict {status}"`: its first words."""
HEADER = """msgid ""
msgstr ""
"Language: {language}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: {plural}\\n"

"""


def path(language: str) -> Path:
    """The file of a language."""
    return CATALOGUES / language / "LC_MESSAGES" / "messages.po"


def read(language: str) -> dict[str, str]:
    """The texts of a language by message; nothing that is marked as doubtful."""
    with path(language).open("rb") as file:
        return {message.id: message.string for message in read_po(file, language) if message.id and not message.fuzzy}


def said() -> set[str]:
    """Every message that is written out in a page or in code, in a figure of the score, or as help of a parameter."""
    found = {
        message
        for _, _, message, _, _ in extract_from_dir(
            WEB, [("templates/**.html", "jinja2"), ("**.py", "python")], {"templates/**.html": {"silent": "no"}}, CALLS
        )
    }
    figures = ast.walk(ast.parse(Path(score.__file__).read_text("utf-8")))
    texts = {node.value for node in figures if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    found |= {text for text in texts if "%(" in text and re.sub(r"%\(\w+\)s", "", text)}
    found |= {score.NO_FIGURE, score.DOES_NOT_APPLY, score.NO_BASIS}
    for folder in ("ask", "gaps"):
        for query in queries.library(DATA / "queries" / folder).values():
            found |= {parameter.help for parameter in query.parameters}
    return found


def stems() -> set[str]:
    """The first words of all keys that are put together when they are said."""
    files = [*WEB.rglob("*.py"), *WEB.rglob("*.html")]
    return {stem for file in files for stem in KEYED.findall(file.read_text("utf-8"))}


def keyed(english: dict[str, str], message: str) -> bool:
    """Whether a message is a key: it has a text in the English catalogue."""
    return message in english and any(message.startswith(f"{stem} ") for stem in stems())


def write(language: str, texts: dict[str, str]) -> None:
    """Writes the file of a language."""
    made, content = Catalog(language), io.BytesIO()
    for message in sorted(texts):
        made.add(message, texts[message])
        made[message].flags.discard("python-format")
    write_po(content, made, width=0, omit_header=True)
    plural = Catalog(Locale.parse(language)).plural_forms
    path(language).parent.mkdir(parents=True, exist_ok=True)
    text = HEADER.format(language=language, plural=plural) + content.getvalue().decode("utf-8")
    path(language).write_text(text.rstrip("\n") + "\n", "utf-8")


def main() -> None:
    """Rewrites all files and says what is still to be translated."""
    english, messages, first = read("en"), said(), stems()
    keys = {key for key in english if key in messages or any(key.startswith(f"{stem} ") for stem in first)}
    for language in INTERFACE:
        known = read(language) if path(language).is_file() else {}
        wanted = keys if language == "en" else messages | keys
        write(language, {message: known.get(message, "") for message in wanted})
        missing = sorted(message for message in wanted if not known.get(message))
        sys.stdout.write("".join(f"{language}: to be translated: {message}\n" for message in missing))


if __name__ == "__main__":
    main()
