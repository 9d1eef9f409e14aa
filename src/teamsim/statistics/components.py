"""Components of variance of a crossed table of outcomes: styles, runs and models (sets of parameters).

Random effects, estimated from mean squares (Searle, Casella & McCulloch 1992, *Variance Components*, ch. 4). An effect
is a number whose bits say which of the three it is of: `STYLE` by itself, `STYLE` and `RUN` together, and so on.
"""

from teamsim.compiler import array, door, rule

__all__ = ["EFFECTS", "MODEL", "RUN", "STYLE", "components", "correct", "lay_out"]

STYLE, RUN, MODEL = 1, 2, 4
FACTORS = (STYLE, RUN, MODEL)
EFFECTS = 8
ROUNDING = 1e-12
"""What is no larger than this share of the outcomes is no difference, but rounding."""


@door(cube=array("f", 3), cells=array("f", 2), spread=array("f"))
def lay_out(cube, cells, spread):
    """Lay a table of ``cube[style, run, model]`` out by ``cells[cell, run]``, as differences from the mean of all.

    First comes the mean of a run over styles and models; then a cell a style, its mean over models; a cell a model, its
    mean over styles; and a cell a style and model. `spread` is 0 where nothing differs but by rounding, else 1.
    """
    styles, runs, models = cube.shape
    total, low, high = 0.0, cube[0, 0, 0], cube[0, 0, 0]
    for style in range(styles):
        for run in range(runs):
            for model in range(models):
                value = cube[style, run, model]
                total += value
                low, high = value if value < low else low, value if value > high else high
    size = high if high > -low else -low
    spread[0] = 1.0 if high - low > ROUNDING * (size if size > 1.0 else 1.0) else 0.0
    mean = total / (styles * runs * models)
    for cell in range(cells.shape[0]):
        for run in range(runs):
            cells[cell, run] = 0.0
    for style in range(styles):
        for run in range(runs):
            for model in range(models):
                value = cube[style, run, model] - mean
                cells[0, run] += value
                cells[1 + style, run] += value
                cells[1 + styles + model, run] += value
                cells[1 + styles + models + style * models + model, run] = value
    for run in range(runs):
        cells[0, run] = cells[0, run] / (styles * models)
        for style in range(styles):
            cells[1 + style, run] = cells[1 + style, run] / models
        for model in range(models):
            cells[1 + styles + model, run] = cells[1 + styles + model, run] / styles


@rule
def add_squares(cells, first, end, weights, scale, squares, effect):
    """Write down the sums of squares of an effect and of the same with runs, over all outcomes.

    Every cell stands for `scale` outcomes a run, and every run for as many as its weight says.
    """
    runs = cells.shape[1]
    of_means, of_runs = 0.0, 0.0
    for cell in range(first, end):
        added = 0.0
        for run in range(runs):
            value = weights[run] * cells[cell, run]
            added += value
            of_runs += value * cells[cell, run]
        of_means += added / runs * added
    squares[effect] = of_means * scale
    squares[effect | RUN] = of_runs * scale


@rule
def components(cells, sizes, weights, found):
    """Estimate the component of variance of every effect, with runs counted as often as the weights say.

    `sizes` says how many styles, runs and models there are.
    """
    styles, models = sizes[0], sizes[2]
    by_model = 1 + styles
    by_both = by_model + models
    add_squares(cells, 0, 1, weights, float(styles * models), found, 0)
    add_squares(cells, 1, by_model, weights, float(models), found, STYLE)
    add_squares(cells, by_model, by_both, weights, float(styles), found, MODEL)
    add_squares(cells, by_both, by_both + styles * models, weights, 1.0, found, STYLE | MODEL)
    for factor in range(3):  # take from the squares of an effect those of all that it holds
        for effect in range(EFFECTS):
            if effect & FACTORS[factor] > 0:
                found[effect] -= found[effect ^ FACTORS[factor]]
    for factor in range(3):
        for effect in range(EFFECTS):
            if effect & FACTORS[factor] > 0:
                found[effect] = found[effect] / (sizes[factor] - 1) if sizes[factor] > 1 else 0.0
    for factor in range(3):  # take from its mean square those of all that hold it
        for effect in range(1, EFFECTS):
            if effect & FACTORS[factor] == 0:
                found[effect] -= found[effect | FACTORS[factor]]
    for factor in range(3):
        for effect in range(1, EFFECTS):
            if effect & FACTORS[factor] == 0:
                found[effect] = found[effect] / sizes[factor]


@rule
def correct(found, runs):
    """Take out what drawing runs anew adds to the spread of other effects, and takes from that of runs."""
    for effect in range(1, EFFECTS):
        if effect & RUN == 0:
            found[effect] -= found[effect | RUN] / (runs - 1)
    for effect in range(1, EFFECTS):
        if effect & RUN > 0:
            found[effect] = found[effect] * runs / (runs - 1)
