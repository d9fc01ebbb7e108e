"""Descriptions as people write them: Markdown of the plainest kind, never HTML, and cleaned once more."""

import html
from functools import lru_cache

import nh3
from markdown_it import MarkdownIt
from markupsafe import Markup

# No headings: the page has its own. No images: a page asks nobody else for anything.
_MARKDOWN = MarkdownIt("commonmark", {"html": False}).disable(
    ["heading", "lheading", "image", "html_block", "html_inline", "fence", "code"]
)
_TAGS = {"p", "em", "strong", "a", "ul", "ol", "li", "code", "br", "blockquote"}


@lru_cache(maxsize=4096)
def rendered(text: str) -> Markup:
    """The text as paragraphs, lists and links."""
    clean = nh3.clean(
        _MARKDOWN.render(text),
        tags=_TAGS,
        attributes={"a": {"href"}},
        url_schemes={"http", "https", "mailto"},
        link_rel="nofollow noopener",
    )
    return Markup(clean)  # noqa: S704 - nothing but _TAGS is left


@lru_cache(maxsize=4096)
def unmarked(text: str) -> str:
    """The words alone, for lists and descriptions in a line."""
    return " ".join(html.unescape(nh3.clean(_MARKDOWN.render(text), tags=set())).split())
