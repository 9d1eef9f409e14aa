"""The ledger of claims: what the articles say, what carries it here, and an experiment that could prove it wrong.

A file a source, ``s0.toml`` to ``s4.toml``; at its head the source, below it a row a claim::

    id = "S0"
    slug = "managing-high-performers"
    cite = "who wrote it, when and where"

    [[claim]]
    id = "S0-14"
    core = true
    statement = "Neglect frustrates, and is not felt as autonomy; too much attention crowds."
    inference = "what goes beyond the article's words, where something does"
    not_modelled = "why, where the model does not carry it"

Which rules, parameters, levers and policies a claim concerns is not written here: rules name their claims at the end of
their docstrings, parameters in ``parameters.toml``, levers and policies in their ``source``; the ledger collects them.

An experiment stands below its claim, in data and not in Python, so that whoever reads the ledger can read it as well::

    [[claim.experiment]]
    name = "neglect and crowding"           # what is shown, where a claim has several experiments
    cast = "managing-stars"                 # a name in casts.py; this is the default
    both = { leader.hours = 80 }            # holds in every arm
    arms = [                                # two or more; each an `Arm`: style, plan, events, by, policies, market,
        { style.coaching_hours = 0.0 },     #   people, persons, leader, leaders, weeks
        { style.coaching_hours = 0.4 },
        { style.coaching_hours = 2.0 },
    ]
    outcome = { state = "engagement", of = "stars" }    # or { measure = "left_for_offer", group = "top third" };
                                                        # "pull.growth" is one driver, whatever else the arms move
    shape = "inverted U"                    # a name in SHAPES (default "rises"), or `contrasts` of one's own
    least = 0.02                            # the smallest effect that counts, in units of the outcome
    settings = ["nobody leaves"]            # names in SETTINGS (casts.py): parameters held in every arm
    hold = { growth_coaching = 0 }          # more of these
    off = ["neglect_gain", "crowding_gain"] # parameters that switch the mechanism off: 0, or a table of values
    exact = false                           # whether the effect has to vanish exactly (default) or to under a tenth
    runs = 100                              # pairs of futures; 60 where nothing is said

`Arm`, `Outcome` and `Experiment` in ``ledger.py`` say what each field means; a function in ``outcomes.py`` can stand in
for an outcome that is no mean of a measure or of a state. An experiment passes if every contrast of its shape has a
95 % interval above 0 over paired futures, the effect is of at least the least size, and nothing is left of it with the
mechanism off. ``python -m teamsim claims S0-14`` tries it.

Least sizes follow one rule. They were set by hand while the best way of leading made 6.7 times the output of the worst;
when that came down to what is found at work, at most 1.45 times, every least size was multiplied by what its outcome had
shrunk by: output and skill by a fifth (ln 1.45 / ln 6.7), engagement, belief, effort, search and exits by a half; all
others stayed. A new claim's least size is one that somebody at work would notice, not what the model happens to give.
"""

from __future__ import annotations

from teamsim.evidence.calibration import Calibration, calibrate
from teamsim.evidence.card import scorecard
from teamsim.evidence.findings import findings
from teamsim.evidence.held_out import held_out
from teamsim.evidence.ledger import claims
from teamsim.evidence.own_data import Fit, calibrate_to
from teamsim.evidence.plausible import plausible_sets
from teamsim.evidence.trial import Verdict, test_claim

__all__ = [
    "Calibration", "Fit", "Verdict", "calibrate", "calibrate_to", "claims", "findings", "held_out", "plausible_sets",
    "scorecard", "test_claim",
]  # fmt: skip
