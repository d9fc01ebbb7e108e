"""Descriptions: the plainest Markdown, and never HTML."""

import pytest

from pipelines.access.pages.markdown import rendered, unmarked


def test_paragraphs_lists_emphasis_and_links_are_drawn() -> None:
    text = "Un **mot**.\n\n- un\n- deux\n\n[ici](https://ville.example/)"
    assert rendered(text) == (
        "<p>Un <strong>mot</strong>.</p>\n<ul>\n<li>un</li>\n<li>deux</li>\n</ul>\n"
        '<p><a href="https://ville.example/" rel="nofollow noopener">ici</a></p>\n'
    )


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        "[x](data:text/html,<script>alert(1)</script>)",
        "![x](https://elsewhere.example/x.png)",
        "# Un titre",
        '<https://x.example/" onclick=alert(1)>',
    ],
)
def test_nothing_else_comes_through(text: str) -> None:
    drawn = rendered(text)
    forbidden = ("<script", "<img", "<h1", "onerror=alert(1)>", 'javascript:alert(1)"', 'href="data:', 'onclick="')
    assert [each for each in forbidden if each in drawn] == []


def test_in_a_line_the_marks_are_gone_and_the_words_stay() -> None:
    assert unmarked("Un **mot** & <b>deux</b>\n\n- trois") == "Un mot & <b>deux</b> trois"
