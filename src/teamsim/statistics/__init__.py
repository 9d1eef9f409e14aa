"""All that a picture shows as a number, as compiled rules: one definition, with the same bits wherever it is called.

Numbers are added up in the order of runs or weeks, which NumPy does not promise; quantiles are those of
`numpy.quantile`. Each module has its doors, and thin functions that take and return NumPy arrays: `levels` (sums,
means, quantiles), `weeks` (over the weeks so far), `goals` (aims that are met), `directions` (up, down, about the
same), `exits` (who stays, and how sure that is), `variance` (what outcomes differ by) and `front` (trade-offs).
"""
