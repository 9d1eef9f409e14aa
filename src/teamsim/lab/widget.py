"""What all widgets of the lab have in common: their look, their words, and how an error is told."""

from __future__ import annotations

import functools
import logging
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

import anywidget
import traitlets

from teamsim.fields import InputError
from teamsim.words import language, say, template

HERE = Path(__file__).parent
log = logging.getLogger(__name__)
ALONE = threading.RLock()
"""Held while a page is answered. JupyterLab may hand the messages of one page to two threads of the kernel, and widgets
share what they show: one lock serves them all."""


@functools.cache
def look(*names: str, folder: Path = HERE) -> str:
    """Return the common look, followed by the style sheets of these names."""
    files = (HERE / "look.css", *(folder / f"{name}.css" for name in names))
    return "\n".join(path.read_text(encoding="utf-8") for path in files)


class LabWidget(anywidget.AnyWidget):  # type: ignore[misc,unused-ignore]
    """A widget of ours: plain HTML and SVG in the page, state in traits, sentences from `teamsim.words`.

    A subclass names its files with ``page="levers"``: ``levers.js`` (which exports ``default { render }``) and, if
    there is one, ``levers.css``, beside this module or in another `folder`. In the page everything stands inside an
    element of class ``teamsim``.

    Attributes
    ----------
    problem : str
        What went wrong, in plain words; empty when all is well. The page shows it as an alert, and keeps the last good
        picture.
    words : dict of str
        The sentences that the page needs, in the language spoken when the widget was made.
    language : str
        Its code, for the ``lang`` attribute.
    """

    sentences: ClassVar[tuple[str, ...]] = ()
    """Keys of the sentences that the page needs; ``words`` holds them by the part after the dot, templates unfilled."""

    problem = traitlets.Unicode("").tag(sync=True)
    words = traitlets.Dict().tag(sync=True)
    language = traitlets.Unicode("en").tag(sync=True)

    def __init_subclass__(cls, page: str = "", folder: Path = HERE, **rest: Any) -> None:
        if page:
            scripts = (HERE / "kit.js", folder / f"{page}.js")
            cls._esm = "".join(path.read_text(encoding="utf-8") for path in scripts)
            cls._css = look(*[page] * (folder / f"{page}.css").exists(), folder=folder)
        super().__init_subclass__(**rest)

    def __init__(self, **traits: Any) -> None:
        spoken = {key.partition(".")[2]: template(key) for key in self.sentences}
        super().__init__(words=spoken, language=language(), **traits)

    def _handle_msg(self, msg: dict[str, Any]) -> None:
        """Hear one message of a page to its end before the next; the message channel calls this."""
        with ALONE:
            super()._handle_msg(msg)

    def set_state(self, sync_data: dict[str, Any]) -> None:
        """Take what a page writes; what is not even of the right kind is refused, and what stands is sent again."""
        try:
            super().set_state(sync_data)
        except traitlets.TraitError:
            self.problem = say("errors.refused")
            self.send_state(sorted(set(sync_data) & set(self.keys)))


def close(shown: Any) -> None:
    """Let go of a widget and of all in it: what is only taken off a page is kept, with the futures that it shows."""
    for child in getattr(shown, "children", ()):
        close(child)
    shown.layout.close()
    shown.close()


def guarded(method: Callable[..., Any]) -> Callable[..., Any]:
    """Tell an error of a method in plain words (``problem``) and leave everything as it was; no traceback gets out.

    Such methods run one at a time, in whichever thread; none may wait for another thread that calls one.
    """

    @functools.wraps(method)
    def safely(widget: Any, *given: Any, **named: Any) -> Any:
        with ALONE:
            try:
                result = method(widget, *given, **named)
            except InputError as error:
                widget.problem = str(error)
            except Exception as error:  # whatever it is, a participant reads a sentence
                log.exception("%s.%s failed", type(widget).__name__, method.__name__)
                widget.problem = say("errors.unexpected", what=f"{type(error).__name__}: {error}".splitlines()[0])
            else:
                widget.problem = ""
                return result
            return None

    return safely
