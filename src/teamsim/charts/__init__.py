"""Charts: one look for all of them, drawn without the internet.

Of one history: :func:`weeks`, :func:`people`, :func:`exits`. Of many futures: :func:`weeks`, :func:`exits`,
:func:`runs`. Of a comparison: :func:`differences`, :func:`bands`.
Of a split into luck and leadership: :func:`luck_or_leadership`. Of published figures: :func:`scorecard`. Of a fit to
an HR table: :func:`survival`. Each returns an Altair chart; :func:`save` makes a page of it that needs no internet.

Importing this module switches on the theme and, inside a notebook, the renderer ``teamsim``, unless another theme or
renderer was chosen before; :func:`enable` switches both on whatever was chosen.
"""

from teamsim.charts.departures import exits
from teamsim.charts.evidence import scorecard
from teamsim.charts.look import COLOURS, enable, theme
from teamsim.charts.luck import luck_or_leadership
from teamsim.charts.page import save
from teamsim.charts.spread import bands, differences, runs
from teamsim.charts.survival import survival
from teamsim.charts.time import people, weeks

__all__ = [
    "COLOURS",
    "bands",
    "differences",
    "enable",
    "exits",
    "luck_or_leadership",
    "people",
    "runs",
    "save",
    "scorecard",
    "survival",
    "theme",
    "weeks",
]
