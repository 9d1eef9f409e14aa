"""Build the Vega bundle: ``python -m teamsim.lab.vega.build``, once, after vl-convert was raised.

Needs ``vl-convert-python`` (of the test extra); it carries the libraries, so nothing is fetched.
"""

from __future__ import annotations

from teamsim.lab.vega import BUNDLE, VEGA_LITE


def build() -> str:
    """Return the text of the bundle as the installed vl-convert makes it."""
    from importlib.metadata import version

    import vl_convert

    code = vl_convert.javascript_bundle("export default { vegaEmbed };", vl_version=VEGA_LITE)
    vega, embed = vl_convert.get_vega_version(), vl_convert.get_vega_embed_version()
    made_of = f"Vega {vega}, Vega-Lite {VEGA_LITE}, vega-embed {embed}"
    head = f"// {made_of}; licences in LICENSES.txt beside this file."
    built = f"// Built by vl-convert {version('vl-convert-python')}: python -m teamsim.lab.vega.build"
    return f"{head}\n{built}\n{code}\n"


if __name__ == "__main__":
    # Written as bytes, so that the file is the same on every system.
    BUNDLE.write_bytes(build().encode("utf-8"))
