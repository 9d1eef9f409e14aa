"""What lab, workshop and pictures of runs show as numbers, as compiled rules: the same bits wherever called.

Numbers are added up in the order of runs or weeks, which NumPy does not promise; quantiles are those of
`numpy.quantile`. Each module has its doors, and thin functions that take and return NumPy arrays: `sums` (and means),
`levels` (quantiles), `weeks` (sums and means over weeks), `pairs` (differences, and how sure they are), `goals` (aims
that are met), `predictions` (how far off they were), `exits` (who stays, and how sure that is), `variance` (what sets
outcomes apart, from its `components`), `front` (trade-offs), `correlation` and `percent` (shares in whole per cent).
"""
