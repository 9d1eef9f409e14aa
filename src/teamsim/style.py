"""The levers that a participant holds, and how they change over time.

A lever is an intention; the leader's hours and skill decide what arrives.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated, Any

import pydantic

from teamsim.fields import Declared, InputError, closest, quantity
from teamsim.people import Deed, Policies

__all__ = ["Conduct", "Event", "Plan", "Regime", "Style", "declaring"]

PRESETS: dict[str, dict[str, Any]] = {
    "hands-off": {"challenge": 0.3, "feedback_weeks": 40, "recognition_weeks": 40, "autonomy": 0.95, "light_touch": 0.0, "coaching_hours": 0.0, "sponsorship": 0.1, "tailoring": 0.2, "pressure": 0.4, "firmness": 0.1, "clarity": 0.3, "opportunities": 0.3, "explaining": 0.4, "cadence_weeks": 20, "reflection_hours": 0.2},
    "micromanager": {"challenge": 0.45, "feedback_weeks": 1, "candour": 0.6, "feedback_specificity": 0.8, "recognition_weeks": 26, "recognition_specificity": 0.2, "autonomy": 0.05, "light_touch": 0.0, "coaching_hours": 0.1, "sponsorship": 0.1, "pressure": 0.65, "own_work": 0.1, "asking": 0.05, "explaining": 0.3, "curiosity": 0.3, "cadence_weeks": 1, "priorities": 6, "clarity": 0.6, "closeness": 0.4},
    "comfortable": {"challenge": 0.25, "feedback_weeks": 13, "candour": 0.2, "recognition_weeks": 4, "recognition_specificity": 0.2, "autonomy": 0.6, "coaching_hours": 0.1, "pressure": 0.25, "firmness": 0.05, "closeness": 0.85, "curiosity": 0.6, "recovery": 0.6, "cadence_weeks": 8, "clarity": 0.4},
    "demanding": {"challenge": 0.85, "feedback_weeks": 8, "candour": 0.8, "recognition_weeks": 26, "recognition_specificity": 0.3, "autonomy": 0.45, "coaching_hours": 0.1, "pressure": 0.85, "firmness": 0.8, "priorities": 6, "clarity": 0.6, "curiosity": 0.2, "recovery": 0.1, "cadence_weeks": 2, "others_first": 0.3, "closeness": 0.3},
    "developer": {"challenge": 0.55, "feedback_weeks": 4, "candour": 0.85, "feedback_specificity": 0.8, "recognition_weeks": 4, "recognition_specificity": 0.8, "autonomy": 0.7, "light_touch": 0.7, "coaching_hours": 0.5, "sponsorship": 0.6, "tailoring": 0.8, "commitments_kept": 0.97, "owning_up": 0.9, "own_work": 0.15, "asking": 0.8, "opportunities": 0.6, "forward_share": 0.7, "clarity": 0.6, "explaining": 0.7, "curiosity": 0.8, "others_first": 0.8, "recognition_breadth": 0.6, "reflection_hours": 1.5, "recovery": 0.5},
    "pay-only": {"challenge": 0.3, "feedback_weeks": 40, "recognition_weeks": 45, "pay_position": 1.15, "pay_spread": 0.6, "counter_offer": 0.8, "coaching_hours": 0.0, "sponsorship": 0.1, "tailoring": 0.2, "opportunities": 0.1, "others_first": 0.3, "explaining": 0.3, "clarity": 0.4, "cadence_weeks": 8},
}  # fmt: skip
"""Differences from the default style."""


class Style(Declared):
    """How somebody leads: the levers of a manager.

    Every lever costs hours, money or strain. What the style asks beyond the leader's hours is served only in part.

    Parameters
    ----------
    **levers : float
        Any lever by its name; see ``Style.quantities()`` for ranges, units and meanings.

    Raises
    ------
    InputError
        If a lever is not known or out of its range; the message names both.

    Examples
    --------
    >>> import teamsim as ts
    >>> ts.Style(challenge=0.7).challenge
    0.7
    >>> ts.Style(chalenge=0.7)
    Traceback (most recent call last):
    teamsim.fields.InputError: style.chalenge is not known; did you mean 'challenge'? Known: ai_share, ...
    >>> ts.Style.quantities()["feedback_weeks"].unit
    'weeks'
    """

    challenge: float = quantity(0.5, 0, 1, group="Challenge", label="Stretch", ends=("well within reach", "far beyond reach"), meaning="How far the work you give stretches beyond present skill.", source="S0-03")
    tailoring: float = quantity(0.5, 0, 1, group="Challenge", label="Tailoring", ends=("one measure for all", "each by their own"), meaning="Whether work and challenge are set for the average or for the person.", source="S0-01")
    priorities: float = quantity(4, 1, 12, unit="priorities", group="Challenge", label="Priorities at once", ends=("one thing", "everything at once"), meaning="How many things come first at the same time.", source="S4-02")
    clarity: float = quantity(0.5, 0, 1, group="Challenge", label="Clarity", ends=("find out yourself", "said and repeated"), meaning="How clearly you say what is expected, of whom, and what comes first.", source="S4-01, S3-09")
    feedback_weeks: float = quantity(8, 1, 52, unit="weeks", group="Feedback", label="Weeks between talks", ends=("every week", "once a year"), meaning="How often you sit down with each person.", source="S0-21")
    candour: float = quantity(0.6, 0, 1, group="Feedback", label="Candour", ends=("polite", "honest"), meaning="How honestly you speak about performance and potential, the difficult too.", source="S0-07")
    feedback_specificity: float = quantity(0.5, 0, 1, group="Feedback", label="Specific feedback", ends=("a general impression", "concrete examples"), meaning="How concrete your feedback is; preparing it takes time.", source="S0-21")
    forward_share: float = quantity(0.4, 0, 1, unit="share", group="Feedback", label="Looking ahead", ends=("what was", "what comes next"), meaning="How much of a talk looks forward.", source="S1-03")
    recognition_weeks: float = quantity(13, 1, 52, unit="weeks", group="Recognition", label="Weeks between recognition", ends=("every week", "once a year"), meaning="How often you tell each person what their work is worth.", source="S0-23")
    recognition_specificity: float = quantity(0.5, 0, 1, group="Recognition", label="Specific praise", ends=("well done, all", "this is what you did"), meaning="How specific your praise is.", source="Stajkovic & Luthans 2003")
    recognition_breadth: float = quantity(0.3, 0, 1, group="Recognition", label="Breadth of recognition", ends=("output only", "helping too"), meaning="Whether helping, teaching and solving others' problems count as well.", source="S1-10, S1-19")
    pay_position: float = quantity(1.0, 0.7, 1.4, unit="× market", group="Pay", label="Pay against market", ends=("well below", "well above"), meaning="Where you aim to pay.", source="S0-18")
    pay_spread: float = quantity(0.3, 0, 1, group="Pay", label="Pay by performance", ends=("all alike", "by rating"), meaning="How far a rating moves pay.", source="S1-12")
    counter_offer: float = quantity(0.2, 0, 1, group="Pay", label="Counter-offers", ends=("never", "match in full"), meaning="How much of an outside offer you match when somebody is about to go.", source="S0-24")
    autonomy: float = quantity(0.55, 0, 1, group="Autonomy", label="Autonomy", ends=("you decide", "they decide"), meaning="How much people decide themselves.", source="S1-06")
    light_touch: float = quantity(0.3, 0, 1, group="Autonomy", label="Light touch", ends=("same for everyone", "by how they are doing"), meaning="How far your control follows how somebody is doing.", source="S0-22")
    coaching_hours: float = quantity(0.2, 0, 2, unit="hours a week", group="Growth", label="Coaching", ends=("none", "two hours each"), meaning="Hours of coaching for each person each week.", source="S0-06")
    asking: float = quantity(0.4, 0, 1, group="Growth", label="Asking", ends=("tell them", "ask them"), meaning="Whether you coach by questions or give the answers.", source="S4-11")
    opportunities: float = quantity(0.4, 0, 1, group="Growth", label="Development places", ends=("none", "for everybody"), meaning="How many get the project, course or role that a talk points to; places cost money.", source="S1-15, S1-04")
    sponsorship: float = quantity(0.3, 0, 1, group="Growth", label="Sponsorship", ends=("none", "opens doors"), meaning="How much you use your standing for theirs.", source="S0-11")
    commitments_kept: float = quantity(0.9, 0, 1, unit="share", group="Trust", label="Commitments kept", ends=("none", "every one"), meaning="Share of your promises that you keep.", source="S4-06")
    owning_up: float = quantity(0.4, 0, 1, group="Trust", label="Owning up", ends=("hide it", "say so"), meaning="Whether you say so when somebody knows more than you.", source="S0-08, S0-09")
    explaining: float = quantity(0.5, 0, 1, group="Trust", label="Reasons given", ends=("because I say so", "always why"), meaning="Whether you say why, and what you know.", source="S4-06")
    curiosity: float = quantity(0.5, 0, 1, group="Trust", label="When something goes wrong", ends=("who was it?", "what do we learn?"), meaning="Whether a mistake meets blame or curiosity.", source="S4-09")
    others_first: float = quantity(0.5, 0, 1, group="Trust", label="Others first", ends=("my success", "theirs first"), meaning="Whose success comes first with you.", source="S2-07")
    closeness: float = quantity(0.5, 0, 1, group="Trust", label="Closeness", ends=("distant", "close friends"), meaning="How close you are to your people: some camaraderie is needed, friendship makes the hard talk harder.", source="S3-04")
    pressure: float = quantity(0.5, 0, 1, group="Pace", label="Pressure", ends=("calm", "pushing"), meaning="How hard you push the pace.", source="S4-17")
    recovery: float = quantity(0.4, 0, 1, group="Pace", label="Recovery", ends=("none", "protected"), meaning="How far you protect breaks after a push; they cost working time.", source="S4-18")
    cadence_weeks: float = quantity(4, 1, 26, unit="weeks", group="Pace", label="Weeks between check-ins", ends=("every week", "twice a year"), meaning="How often commitments are looked at together, and obstacles cleared.", source="S4-14, S4-15")
    own_work: float = quantity(0.3, 0, 0.8, unit="share of hours", group="Own practice", label="Own work kept", ends=("handed on", "still the expert"), meaning="Share of your hours that goes to work of your own.", source="S2-15")
    reflection_hours: float = quantity(0.5, 0, 6, unit="hours a week", group="Own practice", label="Reflection", ends=("none", "six hours"), meaning="Hours a week in which you look back, seek feedback and practise.", source="S4-16, S4-24, S4-27")
    ai_share: float = quantity(0.1, 0, 1, unit="share", group="Own practice", label="AI for routine work", ends=("none", "all of it"), meaning="How much of your routine work AI does.", source="S4-21")
    time_for: float = quantity(0.0, -1, 1, group="Time", label="Who gets your time", ends=("the struggling", "the best"), meaning="Whose share of your hours is larger.", source="S0-25")
    firmness: float = quantity(0.4, 0, 1, group="Time", label="Low performance", ends=("leave it", "take it on"), meaning="How readily you take on low performance: support first, dismissal after a documented period.", source="S0-25")  # fmt: skip

    @classmethod
    def preset(cls, name: str) -> Style:
        """Return a named style.

        Parameters
        ----------
        name : str
            One of `Style.presets`.

        Raises
        ------
        InputError
            If there is no such preset.

        Examples
        --------
        >>> import teamsim as ts
        >>> ts.Style.preset("micromanager").feedback_weeks
        1.0
        """
        if name not in PRESETS:
            raise InputError(f"preset {name!r} is not known; {closest(name, PRESETS)}")
        return cls(**PRESETS[name])

    @classmethod
    def presets(cls) -> dict[str, Style]:
        """Return every named style.

        Examples
        --------
        >>> import teamsim as ts
        >>> sorted(ts.Style.presets())
        ['comfortable', 'demanding', 'developer', 'hands-off', 'micromanager', 'pay-only']
        """
        return {name: cls(**levers) for name, levers in PRESETS.items()}


class Regime(Style, Policies):
    """A style, and with it the policies of the house: for who decides both.

    In a plan, the policies of a regime hold from its week on, for everybody, until another one comes.

    Examples
    --------
    >>> regime = Regime.of(Style(own_work=0.1), Policies(preparation=0.6))
    >>> regime.own_work, regime.preparation
    (0.1, 0.6)
    >>> regime.policies == Policies(preparation=0.6)
    True
    """

    @classmethod
    def of(cls, style: Style, policies: Policies) -> Regime:
        """Put a style and the policies of a house together."""
        return cls(**{**policies.model_dump(), **{name: getattr(style, name) for name in Style.model_fields}})

    @property
    def policies(self) -> Policies:
        """The policies alone."""
        return Policies(**{name: getattr(self, name) for name in Policies.model_fields})


def declaring(lever: str) -> type[Style] | type[Policies]:
    """Return where a lever is declared: one of a leader's own, or one of the house.

    Examples
    --------
    >>> declaring("own_work").__name__, declaring("preparation").__name__
    ('Style', 'Policies')
    """
    return Policies if lever in Policies.model_fields else Style


class Event(Declared):
    """Something dated that a leader does, beside the style.

    Examples
    --------
    >>> Event(week=30, kind="raise", amount=0.1).kind
    'raise'
    """

    week: int = quantity(None, 0, 10_000, unit="week", label="Week", meaning="When; the first week is 0.")
    kind: Deed = "raise"
    amount: float = quantity(0.1, 0, 1, unit="share", label="Amount", meaning="Of a raise: the share added to pay. Not used otherwise.")
    who: str = pydantic.Field(default="", description="A person's name; empty for everybody in the team.")

    @pydantic.model_validator(mode="after")
    def _of_somebody(self) -> Event:
        if self.kind == "dismissal" and not self.who:
            raise ValueError("is a dismissal of nobody; who has to be named")
        return self


class Plan(Declared):
    """Styles over time, with dated events.

    Parameters
    ----------
    styles : dict of int to Style (or the name of a preset)
        From which week on which style holds; week 0 has to be there.
    events : list of Event
        Dated events, for everybody under this plan or for one person.

    Raises
    ------
    InputError
        If week 0 is missing, or a week, a style or an event cannot be used.

    Examples
    --------
    >>> import teamsim as ts
    >>> plan = ts.Plan(styles={0: "hands-off", 52: "developer"}, events=[{"week": 30, "kind": "raise"}])
    >>> plan.at(51).autonomy, plan.at(52).autonomy
    (0.95, 0.7)
    """

    styles: dict[Annotated[int, pydantic.Field(ge=0)], pydantic.SerializeAsAny[Style]]
    events: tuple[Event, ...] = ()

    @pydantic.field_validator("styles", mode="before")
    @classmethod
    def _named(cls, given: Any) -> Any:
        if not isinstance(given, Mapping):
            return given
        return {week: _style_of(style) for week, style in given.items()}

    @pydantic.field_validator("styles")
    @classmethod
    def _from_the_start(cls, styles: dict[int, Style]) -> dict[int, Style]:
        if 0 not in styles:
            raise ValueError(f"has no style for week 0; given are weeks {sorted(styles)}")
        return dict(sorted(styles.items()))

    def at(self, week: int) -> Style:
        """Return the style that holds in a week."""
        return self.styles[max(start for start in self.styles if start <= week)]

    def then(self, week: int, style: Style | str | None = None, events: Iterable[Event | Mapping[str, Any]] = ()) -> Plan:
        """Return this plan until a week, and another style from there on; dated events stay, and more may be added.

        Examples
        --------
        >>> import teamsim as ts
        >>> plan = ts.Plan.of("hands-off").then(30, "developer", [{"week": 32, "kind": "praise"}])
        >>> plan.at(29).autonomy, plan.at(30).autonomy, len(plan.events)
        (0.95, 0.7, 1)
        """
        styles: dict[int, Any] = dict(self.styles)
        if style is not None:
            styles = {start: held for start, held in styles.items() if start < week} | {week: style}
        return Plan(styles=styles, events=(*self.events, *events))

    @classmethod
    def of(cls, conduct: Style | Plan | str) -> Plan:
        """Return a plan: a plan itself, a style for ever, or a preset by its name."""
        if isinstance(conduct, Plan):
            return conduct
        if isinstance(conduct, str):
            conduct = Style.preset(conduct)
        if isinstance(conduct, Style):
            return cls(styles={0: conduct})
        raise InputError(f"= {conduct!r} is neither a Style, nor a Plan, nor the name of a preset", ("style",))


def _style_of(given: Any) -> Any:
    if isinstance(given, str):
        return Style.preset(given)
    house = isinstance(given, Mapping) and not Policies.model_fields.keys().isdisjoint(given)
    return Regime(**given) if house else given


Conduct = Style | Plan | str | Mapping[str, Style | Plan | str]
"""Wherever a style is taken: a style, a plan, a preset's name, or one of these for each leader by name."""
