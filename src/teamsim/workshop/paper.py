"""What reports and print packs are made of: HTML that needs nothing else, and is as good on paper."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from teamsim.words import language, say
from teamsim.workshop.definition import Workshop, spoken

__all__ = ["heading", "p", "quote", "table", "whole_page"]

LOOK = """
body { max-width: 760px; margin: 0 auto; padding: 24px 18px 60px; color: #1b2438; }
body { font: 17px/1.55 "Segoe UI", Roboto, Arial, sans-serif; }
h1 { line-height: 1.15; } h2 { margin-top: 40px; border-top: 1px solid #d5dbe5; padding-top: 20px; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; } caption { text-align: left; font-weight: 600; }
th, td { padding: 5px 18px 5px 0; border-bottom: 1px solid #d5dbe5; text-align: left; } .soft { color: #4b5568; }
blockquote { margin: 0 0 14px; padding: 8px 16px; border-left: 4px solid #0072b2; white-space: pre-wrap; }
svg { max-width: 100%; height: auto; } svg text { font: 13px Arial, sans-serif; fill: #4b5568; }
@media print { h2 { break-before: page; } }
"""


def heading(workshop: Workshop, n: int) -> str:
    """Return what a round is called."""
    return say("workshop.round", n=n + 1, of=len(workshop.rounds), title=spoken(workshop.rounds[n].title))


def p(text: str, kind: str = "") -> str:
    """Return a paragraph."""
    return f'<p class="{kind}">{escape(text)}</p>'


def quote(text: str) -> str:
    """Return what somebody has written, line by line as it was."""
    return f"<blockquote>{escape(text)}</blockquote>"


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """Return a table whose rows begin with what they are of."""
    top = "".join(f'<th scope="col">{escape(cell)}</th>' for cell in head)
    body = ""
    for first, *rest in rows:
        cells = "".join(f"<td>{escape(cell)}</td>" for cell in rest)
        body += f'<tr><th scope="row">{escape(first)}</th>{cells}</tr>'
    return f"<table><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>"


def whole_page(title: str, parts: Iterable[str], look: str = "") -> str:
    """Return a page of its own, under its title; what differs in its look is a style element."""
    head = '<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
    head += f"<title>{escape(title)} · teamsim</title><style>{LOOK}</style>"
    body = f"{look}<h1>{escape(title)}</h1>{''.join(parts)}"
    return f'<!DOCTYPE html><html lang="{language()}"><head>{head}</head><body>{body}</body></html>\n'
