"""``python -m teamsim``: the same as the command ``teamsim``."""

from teamsim.cli import main

main()
