"""A chart as a page of its own, which any browser opens without the internet."""

from __future__ import annotations

import html
import json
from pathlib import Path
from typing import Any

from teamsim.fields import InputError

__all__ = ["save"]

PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>{title}</title>
<body style="margin: 24px"><div id="chart"></div>
<script type="application/json" id="spec">{spec}</script>
<script type="module">
{library}
__default.vegaEmbed("#chart", JSON.parse(document.getElementById("spec").textContent), {{ renderer: "svg" }});
</script></body></html>
"""
"""`__default` is what the library calls what it exports."""


def save(chart: Any, path: str | Path) -> Path:
    """Save a chart as a page that draws it, with all it takes: an HTML file of about a megabyte.

    Parameters
    ----------
    chart : altair.Chart
        Any Altair chart.
    path : str or Path
        A file that ends in ``.html``; an existing one is replaced.

    Returns
    -------
    Path
        Where it is.

    Raises
    ------
    InputError
        If it cannot be written there, or is to be another kind of file.

    Examples
    --------
    >>> save(None, "chart.png")
    Traceback (most recent call last):
    teamsim.fields.InputError: path = chart.png does not end in .html; for pictures use altair's own chart.save
    """
    from teamsim.lab.vega import bundle

    target = Path(path)
    if target.suffix != ".html":
        raise InputError(f"= {target} does not end in .html; for pictures use altair's own chart.save", ("path",))
    spec = json.dumps(chart.to_dict()).replace("<", "\\u003c")  # nothing in the data may end the script
    page = PAGE.format(title=html.escape(target.stem), spec=spec, library=bundle())
    try:
        target.write_text(page, encoding="utf-8")
    except OSError as error:
        raise InputError(f"= {target} cannot be written: {error.strerror}", ("path",)) from None
    return target
