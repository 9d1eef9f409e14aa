"""Paragraphs and a table on a page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import traitlets

from teamsim.lab.asking import AskingWidget

__all__ = ["Sheet"]


class Sheet(AskingWidget, page="sheet", folder=Path(__file__).parent):
    """Paragraphs and a table, in the page's own words.

    Attributes
    ----------
    title : str
        Over them; empty for none.
    paragraphs : list of str
        What is said.
    table : dict
        ``head`` and ``rows``, all text; empty for none.
    """

    sentences = ("debrief.table",)

    title = traitlets.Unicode("").tag(sync=True)
    paragraphs = traitlets.List(traitlets.Unicode()).tag(sync=True)
    table = traitlets.Dict().tag(sync=True)

    def __init__(self, *paragraphs: str, head: Sequence[str] = (), rows: Sequence[Sequence[str]] = ()) -> None:
        super().__init__()
        self.show(paragraphs, head, rows)

    def show(
        self, paragraphs: Iterable[str], head: Sequence[str] = (), rows: Sequence[Sequence[str]] = (), title: str = ""
    ) -> None:
        """Show something else."""
        with self.hold_sync():
            self.title, self.paragraphs = title, list(paragraphs)
            self.table = {"head": list(head), "rows": [list(row) for row in rows]} if rows else {}

    def __repr__(self) -> str:
        return " ".join(self.paragraphs)
