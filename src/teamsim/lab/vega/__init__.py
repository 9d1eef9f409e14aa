"""The Vega libraries as one file, shipped so that charts need no internet (see LICENSES.txt)."""

from __future__ import annotations

from pathlib import Path

BUNDLE = Path(__file__).with_name("vega.bundle.mjs")
VEGA_LITE = "6.4"  # the newest that vl-convert 1.9 carries; Altair 6 writes Vega-Lite 6


def bundle() -> str:
    """Return the JavaScript module that holds Vega, Vega-Lite and vega-embed.

    Examples
    --------
    >>> bundle().splitlines()[0]
    '// Vega 6.2.0, Vega-Lite 6.4, vega-embed 7.0.2; licences in LICENSES.txt beside this file.'
    """
    return BUNDLE.read_text(encoding="utf-8")
