"""What a kernel refuses of those who look at its page."""

from __future__ import annotations

__all__ = ["keep_out"]


def keep_out() -> None:
    """Let no page make widgets of its own: it may only talk to those that the notebook has made."""
    from IPython import get_ipython

    shell = get_ipython()
    if shell is not None and hasattr(shell, "kernel"):
        shell.kernel.comm_manager.targets.pop("jupyter.widget", None)
