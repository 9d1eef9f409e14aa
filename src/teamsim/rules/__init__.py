"""What happens to a person in a week, a file a mechanism; `week` is the order of the week.

A rule takes records (rows of arrays) and changes them. It knows nothing of Mesa, pandas or widgets. `p` are the
parameters, `style` the levers that hold this week.
"""
