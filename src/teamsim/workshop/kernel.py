"""What a kernel refuses of those who look at its page."""

from __future__ import annotations

__all__ = ["keep_out"]


def keep_out() -> None:
    """Let no page make widgets of its own: it may only ask for those that the notebook has made, and talk to them."""
    from IPython import get_ipython
    from ipywidgets import Widget

    shell = get_ipython()
    if shell is not None and hasattr(shell, "kernel"):
        comms = shell.kernel.comm_manager
        comms.targets.pop("jupyter.widget", None)
        comms.register_target("jupyter.widget.control", Widget.handle_control_comm_opened)  # a forked kernel has none
