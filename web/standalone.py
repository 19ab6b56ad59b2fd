"""A page of the site as part of a file that stands alone: no address of the site is left in it.

What is kept is rewritten piece by piece from the parsed page, every value escaped anew, so that nothing which a name
holds can become an element, and no attribute that acts (event handlers, styles, addresses) passes by accident.
"""

from html import escape
from html.parser import HTMLParser
from urllib.parse import urlsplit

VOID = {"br", "hr", "img", "input", "link", "meta", "wbr"}
DROPPED = {
    "form",
    "script",
    "style",
    "link",
    "button",
    "input",
    "select",
    "textarea",
    "iframe",
    "object",
    "embed",
    "img",
}
REFERENCES = {"aria-labelledby", "aria-describedby", "for"}
SHARED = ("to-",)
"""The beginnings of ids that style sheets name: arrow heads of maps. They are alike in all profiles and keep their ids."""
ADDRESSES = {"src", "srcset", "action", "formaction", "xlink:href", "ping", "background", "poster", "data"}


class _Rewriter(HTMLParser):
    def __init__(self, code: str, inside: set[str]) -> None:
        super().__init__(convert_charrefs=True)
        self.code, self.inside = code, inside
        self.out: list[str] = []
        self._depth = 0
        self._skipped = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "article" and "profile" in values.get("class", "").split():
            self._depth = 1
            return
        if not self._depth:
            return
        if self._skipped or self._unwanted(tag, values):
            self._skipped += tag not in VOID
            return
        self._depth += tag not in VOID
        if tag == "section":
            values.pop("aria-labelledby", None)  # sections of many profiles have one name: they are no landmarks here
        elif tag == "nav":
            values["aria-label"] = f"{values.get('aria-label', '')}: {self.code}"
        self.out.append(f"<{tag}{''.join(self._attribute(name, value) for name, value in values.items())}>")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        # Such as the parts of a drawing: they hold nothing, and need no end of their own.
        if self._depth and not self._skipped and tag not in DROPPED:
            own = {name: value or "" for name, value in attrs}
            end = "" if tag in VOID else f"</{tag}>"
            self.out.append(f"<{tag}{''.join(self._attribute(name, value) for name, value in own.items())}>{end}")

    def handle_endtag(self, tag: str) -> None:
        if not self._depth or tag in VOID:
            return
        if self._skipped:
            self._skipped -= 1
            return
        self._depth -= 1
        if self._depth:
            self.out.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        if self._depth and not self._skipped:
            self.out.append(escape(data, quote=False))

    @staticmethod
    def _unwanted(tag: str, values: dict[str, str]) -> bool:
        """Whether an element is of use on the site only: forms, and lines that offer other pages."""
        return tag in DROPPED or (tag == "p" and "noprint" in values.get("class", "").split())

    def _attribute(self, name: str, value: str) -> str:
        if name.startswith("on") or name in ADDRESSES or name == "style" or not name.replace("-", "").isalnum():
            return ""
        if name == "href":
            value = self._address(value)
            if not value:
                return ""
        elif name == "id" or name in REFERENCES:
            value = " ".join(self._own(part) for part in value.split())
        return f' {name}="{escape(value)}"'

    def _own(self, name: str) -> str:
        return name if name.startswith(SHARED) else f"{self.code}-{name}"

    def _address(self, address: str) -> str:
        """Where a link leads in the file: a place of it, an address of the web, or nowhere (empty)."""
        if address.startswith("#"):
            return f"#{self._own(address[1:])}"
        try:
            parts = urlsplit(address)
        except ValueError:
            return ""
        if parts.scheme in ("http", "https") and parts.netloc:
            return address
        if parts.scheme or parts.netloc:
            return ""
        path = parts.path.strip("/").split("/")
        if path[-2:-1] == ["country"] and path[-1] in self.inside:
            return f"#{path[-1]}" if not parts.fragment else f"#{path[-1]}-{parts.fragment}"
        if len(path) >= 4 and path[-4] == "position" and path[-2] == self.code:
            return f"#{self.code}-bases-{path[-1]}"
        return ""


def standalone(page: str, code: str, inside: set[str]) -> str:
    """What a page has in its `<article class="profile">`, for a file that stands alone.

    Args:
        page: the page as HTML.
        code: alpha-3 code of the country it is about; ids get it in front, so that many profiles fit one file.
        inside: the alpha-3 codes of the countries in the file.

    Returns:
        HTML without scripts, forms and addresses of the site.
    """
    rewriter = _Rewriter(code, inside)
    rewriter.feed(page)
    rewriter.close()
    return "".join(rewriter.out)
