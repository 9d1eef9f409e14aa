"""The records that the rules read and write: people, leaders, teams, the organisation, and what is measured.

Levels run 0..1 unless a unit is given. Everything here is declared once; NumPy types, table columns, labels and the
checks of a scenario file follow from it.
"""

from __future__ import annotations

import math
from typing import Any, Literal, get_args

from teamsim.fields import Declared, Key, closest, quantity

__all__ = [
    "DEEDS",
    "ENGAGING",
    "MEANS",
    "OF_PAY",
    "OF_TEAMS",
    "ROADS",
    "SAID",
    "STATES_OF_PEOPLE",
    "STATES_OF_TEAMS",
    "DatedEvent",
    "Deed",
    "Drivers",
    "ExitRecord",
    "Fork",
    "LeaderStart",
    "LeaderState",
    "Market",
    "Measures",
    "OrganisationState",
    "PersonState",
    "PlanRow",
    "PlannedEvent",
    "Policies",
    "Start",
    "StyleChange",
    "TeamStart",
    "TeamState",
    "Traits",
]

ROADS = ("", "offer", "exhaustion", "dismissed")
"""The roads out of a team, by their number in a record: a better offer, exhaustion without one, or dismissal."""


Deed = Literal["raise", "broken promise", "praise", "dismissal"]
DEEDS: tuple[str, ...] = get_args(Deed)
"""What a plan can hold for one week, by its number in a record."""


def level(default: float, label: str, meaning: str, **more: Any) -> Any:
    """Declare a level between 0 and 1."""
    return quantity(default, 0.0, 1.0, label=label, meaning=meaning, **more)


def signal(label: str, meaning: str, *tags: str) -> Any:
    """Declare a driver of engagement and of staying: unbounded, 0 where it neither draws nor drives away."""
    for tag in tags:
        if tag not in TAGS:
            raise TypeError(f"the driver {label!r}: tag {tag!r} is not known; {closest(tag, TAGS)}")
    return quantity(0.0, -math.inf, math.inf, label=label, meaning=meaning, unit="log-odds", tags=tags)


def tally(label: str, meaning: str, unit: str, **more: Any) -> Any:
    """Declare an amount that is never negative."""
    return quantity(0.0, 0.0, math.inf, label=label, meaning=meaning, unit=unit, **more)


TAGS = ("leader", "pay", "stays")
"""What may set a driver apart; see `Drivers`."""


class Drivers(Declared):
    """What draws a person to stay or drives them away, one term each.

    Tagged ``leader`` is what speaks of the leader, and is not easily said to one's face; ``pay`` what people name as pay
    when they go; ``stays`` what makes people stay or go, and does not engage them.
    """

    challenge: float = signal("Challenge", "Work that stretches, or work long since mastered.")
    growth: float = signal("Growth", "Whether one comes on here, and has prospects.")
    feedback: float = signal("Feedback", "Feedback that tells one something, or wastes one's time.", "leader")
    recognition: float = signal("Recognition", "Whether one's work is seen and valued.", "leader")
    leader: float = signal("Leader", "Trust in the leader and felt care.", "leader")
    autonomy: float = signal("Autonomy", "Room to decide, or being controlled more than one's work calls for.", "leader")
    attention: float = signal("Attention", "Being neglected, or crowded.", "leader")
    fairness: float = signal("Fairness", "Whether the same is asked of all.")
    pay: float = signal("Pay", "Pay under the market or under that of colleagues.", "pay")
    worth: float = signal("Pay as worth", "Pay read as the only sign of worth left, where nothing else gives one.", "pay", "stays")
    reward: float = signal("Reward", "Whether good work pays here, by criteria that one can see.")
    safety: float = signal("Safety", "Whether one can speak up and fail here.", "leader")
    clarity: float = signal("Clarity", "Whether one knows what matters, and can get it done.")
    strain: float = signal("Strain", "Exhaustion.")
    colleagues: float = signal("Colleagues", "Colleagues leaving.")


ENGAGING = tuple(name for name, one in Drivers.quantities().items() if "stays" not in one.tags)
"""The drivers that engagement follows."""
SAID = tuple(
    (number, 1 << number, name, "leader" in one.tags)
    for number, (name, one) in enumerate(Drivers.quantities().items())
    if "pay" not in one.tags
)
"""What people name when they go, but pay: the number of the driver, its bit, the driver, and whether it speaks of the leader."""
OF_PAY = tuple(name for name, one in Drivers.quantities().items() if "pay" in one.tags)
"""What they name as pay."""


class Traits(Declared):
    """What stays with a person, or moves over years only."""

    talent: float = quantity(1.0, 0.05, 20.0, unit="× typical", label="Talent", meaning="What a person can become; a few have far more than most.", source="O'Boyle & Aguinis 2012")
    need_growth: float = level(0.5, "Need for growth", "How much a person wants to be stretched.", source="Hackman & Oldham 1976")
    pay_weight: float = level(0.5, "Weight on pay", "How much pay counts in a decision to move.")
    self_awareness: float = level(0.45, "Self-awareness", "How accurately people judge their own work.", source="S0-20")
    resilience: float = level(0.5, "Resilience", "How well strain is borne; grows by stress with recovery, wears away without.", source="S4-18")
    leadership: float = level(0.5, "Leadership potential", "What a person could become as a leader; nearly independent of talent.", source="S2-01")
    wish_to_lead: float = level(0.5, "Wish to lead", "Whether a person wants to lead at all.", source="S2-13")
    lead_skill: float = level(0.4, "Leading", "How well a person leads today; learnt over years.", source="S4-27")
    intensity: float = level(0.4, "Intensity", "Perfectionism and narrow focus: an asset in one's own work, a load on those one leads.", source="S2-05")
    disposition: float = quantity(0.0, -10.0, 10.0, unit="SD", label="Disposition", meaning="How far a person is lastingly more engaged than others, whoever leads and wherever.", source="Young et al. 2018")


class Start(Traits):
    """How a person starts: what a scenario may say of somebody beside the traits."""

    tenure: float = quantity(0.0, 0.0, 4000.0, unit="weeks", label="Tenure", meaning="Weeks since joining.", seen=True)
    embeddedness: float = level(0.5, "Embeddedness", "What ties a person apart from the work itself.", source="Mitchell et al. 2001")
    skill: float = quantity(1.0, 0.05, 40.0, unit="× typical", label="Skill", meaning="What a person can do now; 1 is a typical experienced person.")
    demand: float = quantity(1.0, 0.0, 100.0, unit="× typical", label="Demand", meaning="What the current work asks for, on the scale of skill.")
    weeks_mastered: float = quantity(0.0, 0.0, 4000.0, unit="weeks", label="Weeks since mastery", meaning="How long the work has held nothing new.")
    felt_recognition: float = level(0.3, "Felt recognition", "Stock of being valued; fades unless renewed.", source="S0-23")
    felt_growth: float = level(0.4, "Felt growth", "Whether one comes on here.", source="S0-06")
    felt_fairness: float = level(0.6, "Felt fairness", "Whether the same is asked of all.")
    trust: float = level(0.6, "Trust", "Trust in the leader: slow to build, quick to lose.", source="S4-06, S4-07")
    safety: float = level(0.5, "Felt safety", "Whether one can speak up, ask and fail without being punished.", source="Edmondson 1999")
    role_clarity: float = level(0.5, "Role clarity", "Whether one knows what is expected and what comes first.", source="S3-09")
    dependence: float = level(0.3, "Dependence", "How far one waits for the leader's answers.", source="S4-11")
    strain: float = level(0.35, "Strain", "Exhaustion.")
    engagement: float = level(0.6, "Engagement", "Vigour, dedication and absorption at work.", source="Schaufeli et al. 2002")
    contribution: float = quantity(0.0, 0.0, 100.0, unit="person-weeks", label="Contribution", meaning="Output remembered over about half a year (mean age 13 weeks).", seen=True)
    rating: float = level(0.5, "Rating", "The latest formal rating; noisy.", seen=True)
    pay_ratio: float = quantity(1.0, 0.05, 20.0, unit="× market", label="Pay", meaning="Pay against the market for such work.", seen=True)


def grown(name: str) -> Any:
    """Declare a state that may leave the range in which it starts."""
    start = Start.quantities()[name]
    return quantity(
        start.default, 0.0, math.inf, label=start.label, meaning=start.meaning, unit=start.unit, source=start.source, seen=start.seen
    )


class PersonState(Start):
    """A person in a seat, this week."""

    talent: float = grown("talent")
    tenure: float = grown("tenure")
    skill: float = grown("skill")
    demand: float = grown("demand")
    weeks_mastered: float = grown("weeks_mastered")
    contribution: float = grown("contribution")
    pay_ratio: float = grown("pay_ratio")
    identity: Key = quantity(0, 0, 2**64 - 1, unit="key", label="Identity", meaning="Names the person; keys their luck.")
    key: Key = quantity(0, 0, 2**64 - 1, unit="key", label="Key", meaning="The person's own stream of chance in this run.")
    seat_key: Key = quantity(0, 0, 2**64 - 1, unit="key", label="Seat key", meaning="Names the seat; keys who is hired into it.")
    luck: Key = quantity(0, 0, 2**64 - 1, unit="key", label="Luck", meaning="The same for this week.")
    led_by: Key = quantity(0, 0, 2**64 - 1, unit="key", label="Led by", meaning="Names who leads the person; 0 before that was ever asked.")
    team: int = quantity(0, 0, 10**9, unit="number", label="Team", meaning="The team's number in the scenario.", shared=True)
    hires: int = quantity(0, 0, 10**9, unit="people", label="Hires", meaning="How often this seat was filled anew.")
    leads: int = quantity(-1, -1, 10**9, unit="number", label="Leads", meaning="Number of the team that is led from this seat; -1 for none.", shared=True)
    origin: int = quantity(0, 0, 10**9, unit="seat", label="Origin", meaning="The seat in which the person joined.")
    entry: int = quantity(0, 0, 10**9, unit="people", label="Entry", meaning="Which hire into that seat the person was; 0 for the first cast.")
    schedule: int = quantity(0, 0, 10**9, unit="number", label="Schedule", meaning="The person's own plan of styles, should they lead.")
    promoted: int = quantity(0, 0, 1, unit="yes/no", label="Promoted", meaning="Took over a team at the end of last week.", seen=True)
    passed_over: int = quantity(0, 0, 1, unit="yes/no", label="Passed over", meaning="Was next in line, and somebody else was chosen at the end of last week.")
    disappointed: float = level(0.0, "Disappointed", "How far being passed over still rankles.", source="Keller & Dlugos 2021")
    renown: float = level(0.0, "Renown", "How far other employers have an eye on somebody, after a promotion or a counter-offer.", source="Waldman 1984")
    affect: float = quantity(0.0, -math.inf, math.inf, unit="SD", label="Affect", meaning="How well these months go for one, work and life together; comes and goes.", source="Young et al. 2018")
    rapport: float = quantity(0.0, -math.inf, math.inf, unit="SD", label="Rapport", meaning="How this leader and this person get on, against the leader's other reports.", source="Martin et al. 2016")
    leader_lost: float = level(0.0, "Leader lost", "How far one still misses a leader who went, by the trust there was.", source="Ballinger et al. 2010")
    result: float = quantity(1.0, 0.0, math.inf, unit="share", label="Result of the team led", meaning="Its output against what its skill promises, remembered like contribution.")
    weeks_leading: float = tally("Weeks leading", "How long the person has led this team.", "weeks", seen=True)
    present: int = quantity(0, 0, 1, unit="yes/no", label="Present", meaning="1 where the seat is filled.")
    leaving: int = quantity(0, 0, 3, unit="road", label="Leaving", meaning="The road by which the person leaves at the end of this week; 0 if they stay.")
    weeks_vacant: float = tally("Weeks vacant", "How long the seat has been empty.", "weeks")
    ramp: float = level(1.0, "Ramp-up", "How far a new person is run in.")
    gap: float = quantity(0.0, -1.0, math.inf, unit="share of skill", label="Stretch", meaning="How far the work lies above present skill.")
    talk_clock: float = level(0.0, "Towards a talk", "Share of the way to the next talk.")
    praise_clock: float = level(0.0, "Towards praise", "Share of the way to the next recognition.")
    served: float = level(1.0, "Share served", "Share of the intended style that reaches this person.")
    attention: float = tally("Attention", "Leader's hours this week.", "hours", seen=True)
    talk: int = quantity(0, 0, 1, unit="yes/no", label="Talk", meaning="A feedback talk was held this week.", seen=True)
    praise: int = quantity(0, 0, 1, unit="yes/no", label="Praise", meaning="Recognition was given this week.", seen=True)
    breach: int = quantity(0, 0, 1, unit="yes/no", label="Promise broken", meaning="A commitment to this person was broken this week.")
    stretched: int = quantity(0, 0, 1, unit="yes/no", label="Next challenge", meaning="A next challenge was given this week.", seen=True)
    talked: float = level(0.0, "Talked", "How present the last talks still are.")
    support: float = level(1.0, "Support", "Share of the leader's help that arrives despite a report who knows more.", source="S0-08")
    over_control: float = level(0.0, "Over-control", "Control beyond what the work calls for.")
    under_control: float = level(0.0, "Missing guidance", "Control short of what weak work calls for.")
    felt_challenge: float = level(0.5, "Felt challenge", "How close the work is to the stretch that motivates most.", source="S0-03")
    felt_feedback: float = quantity(0.0, -1.0, 1.0, label="Felt feedback", meaning="What talks gave: above 0 they informed, below they wasted time.", source="S0-20")
    task_focus: float = quantity(0.0, -1.0, 1.0, label="Attention to the task", meaning="Where talks drew attention: above 0 to the task, below to oneself.", source="Kluger & DeNisi 1996")
    felt_autonomy: float = level(0.5, "Felt autonomy", "Room to decide; neglect does not feel like it.", source="S0-14")
    felt_care: float = level(0.5, "Felt care", "Whether the leader is there for one.")
    neglect: float = level(0.0, "Neglect", "Attention short of what the person needs.", source="S0-14")
    scattered: float = level(0.0, "Scattered", "How far too many priorities spread the work thin.", source="S4-02")
    hindrance: float = level(0.2, "Obstacles", "What stands in the way of the work.", source="S4-15")
    erred: int = quantity(0, 0, 1, unit="yes/no", label="Mistake made", meaning="A mistake was made this week, whether or not it came to light.")
    mistake: int = quantity(0, 0, 1, unit="yes/no", label="Mistake", meaning="A mistake came to light this week.", seen=True)
    tried: int = quantity(0, 0, 1, unit="yes/no", label="Idea tried", meaning="A new idea was tried this week.", seen=True)
    kept_idea: int = quantity(0, 0, 1, unit="yes/no", label="Idea kept", meaning="It worked, and is kept.", seen=True)
    postponed: int = quantity(0, 0, 1, unit="yes/no", label="Talk put off", meaning="A talk was due this week and was put off.")
    effort: float = level(0.7, "Effort", "Share of what one could give that one gives.")
    used_to: float = quantity(0.0, -math.inf, math.inf, unit="log", label="Used to", meaning="How much of the spur of praise, talks and money one has got used to.")
    output: float = tally("Output", "Work done this week; 1 is a typical experienced person's.", "person-weeks", seen=True)
    standing: float = quantity(0.0, -1.0, 1.0, label="Standing", meaning="Rank by contribution in the team: -1 lowest, +1 highest.", seen=True)
    third: int = quantity(1, 0, 2, unit="third", label="Third", meaning="0 bottom, 1 middle, 2 top third of the team by contribution.", seen=True)
    top: int = quantity(0, 0, 1, unit="yes/no", label="High performer", meaning="In the top fifth of the team by contribution.", seen=True)
    reviewed: int = quantity(0, 0, 1, unit="yes/no", label="Review", meaning="A formal rating was given at the end of last week.", seen=True)
    raised: float = tally("Raise", "Share by which pay was raised since last week.", "share", seen=True)
    countered: int = quantity(0, 0, 1, unit="yes/no", label="Counter-offer", meaning="An outside offer was matched this week and the person stayed.", seen=True)
    support_weeks: float = tally("Weeks of support", "Weeks of documented support for low performance; 0 where there is none.", "weeks", seen=True)
    pay_reference: float = quantity(1.0, 0.0, math.inf, unit="× market", label="Accustomed pay", meaning="The pay one has got used to.")
    reward_gap: float = quantity(0.0, -math.inf, math.inf, unit="share of pay", label="Reward against hope", meaning="One's last raises against what one's ratings had let one expect; fades.", source="Schaubroeck et al. 2008")
    deficit: float = level(0.4, "Deficit", "What is missing in recognition, growth and challenge together.", source="S0-24")
    search: float = level(0.1, "Search", "How hard the person looks around.")
    plans: float = level(0.0, "Plans to leave", "How far life outside the work draws one away: a move, a family, studies.", source="Lee & Mitchell 1994")
    shock: float = level(0.0, "Shock", "What jolts a person into looking around this week.", source="Lee & Mitchell 1994")
    expectation: float = quantity(0.0, -math.inf, math.inf, unit="log-odds", label="Expectation", meaning="What one has come to expect of this place.")
    offer: float = tally("Offer", "Pay offered from outside this week against the market; 0 where no offer came.", "× market")
    matched: float = tally("Pay after a counter-offer", "What one would earn by staying, when an offer came.", "× market")
    odds: float = signal("Log-odds", "Of leaving, when last decided.")
    pull: Drivers = Drivers()
    belief: Drivers = Drivers()


class LeaderStart(Declared):
    """How a leader starts: what a scenario may say of somebody who leads from outside."""

    expertise: float = quantity(1.2, 0.05, 20.0, unit="× typical", label="Expertise", meaning="Own skill in the team's work.")
    insight: float = level(0.75, "Insight", "How accurately the leader sees others' work.")
    coaching: float = level(0.5, "Coaching skill", "What an hour of coaching is worth.")
    sponsorship: float = level(0.5, "Sponsorship skill", "How far the leader's word carries in the organisation.")
    intensity: float = level(0.4, "Intensity", "Perfectionism and narrow focus, which wear on a team.", source="S2-05")
    self_awareness: float = level(0.5, "Self-awareness", "How accurately leaders see what they bring about.", source="S2-08")
    hours: float = quantity(42.0, 10.0, 80.0, unit="hours", label="Hours a week", meaning="The one budget of hours.")
    potential: float = level(1.0, "Potential", "How well the leader could ever lead.", source="Arvey et al. 2006")
    ai_fluency: float = level(0.3, "AI fluency", "How well the leader puts AI to routine work; grows with use.", source="S4-21")
    fatigue: float = level(0.3, "Fatigue", "The leader's own exhaustion, which clouds judgement.", source="S4-19")
    backlog: float = quantity(0.0, 0.0, 10.0**6, unit="talks", label="Talks put off", meaning="Talks that were due and were put off, and not yet made good.")


class LeaderState(LeaderStart):
    """A leader, this week: somebody from outside, or whoever leads from a seat of their own."""

    expertise: float = quantity(1.2, 0.0, math.inf, unit="× typical", label="Expertise", meaning="Own skill in the team's work.")
    hours: float = quantity(42.0, 0.0, 80.0, unit="hours", label="Hours a week", meaning="The one budget of hours; fewer where a team is minded on the side.")


class TeamStart(Declared):
    """How a team starts: what a scenario says of it beside who is there."""

    seats: int = quantity(1, 1, 10**6, unit="seats", label="Seats", meaning="How many people the team has room for.", shared=True)
    filled: int = quantity(0, 0, 10**6, unit="people", label="Filled seats", meaning="How many there are.", seen=True)
    tier: int = quantity(0, 0, 2, unit="tier", label="Tier", meaning="0 front line, 1 middle, 2 executive.", shared=True)
    result: float = quantity(1.0, 0.0, math.inf, unit="share", label="Result", meaning="Output of the team against what its skill promises, remembered like contribution.", seen=True)


class TeamState(TeamStart):
    """A team, this week; people read what last week left here."""

    first: int = quantity(0, 0, 10**9, unit="seat", label="First seat", meaning="Number of the team's first seat.", shared=True)
    leader_seat: int = quantity(-1, -1, 10**9, unit="seat", label="Leader's seat", meaning="From which seat the team is led; -1 where the leader stands outside.", shared=True)
    schedule: int = quantity(0, 0, 10**9, unit="number", label="Schedule", meaning="Whose plan of styles holds.")
    skill: float = quantity(1.0, 0.0, math.inf, unit="× typical", label="Mean skill", meaning="Mean skill of those present.")
    direction: float = level(0.5, "Direction from above", "How clear things are to who leads the team.", source="S3-01")
    led_origin: int = quantity(-1, -1, 10**9, unit="seat", label="Leader's origin", meaning="The seat in which who leads the team joined; -1 for somebody outside, or nobody.")
    led_entry: int = quantity(0, 0, 10**9, unit="people", label="Leader's entry", meaning="Which hire into that seat the leader was.")
    best: float = quantity(1.0, 0.0, math.inf, unit="× typical", label="Skill of the best", meaning="Mean skill of the top fifth who are there; others learn from them.", source="S1-18")
    stars: float = level(0.0, "Share of stars", "How far the best stand out, as a share of the team.")
    safety: float = level(0.5, "Climate", "Mean felt safety: the team's climate.", source="Edmondson 1999")
    circumstances: float = quantity(0.0, -math.inf, math.inf, unit="SD", label="Circumstances", meaning="How well things go for the team, whoever leads it: its market, its project; comes and goes.", source="assumed")
    ideas: float = level(0.0, "Better ways", "What ideas that were kept have changed; fades as everybody has them.")
    praised: float = level(0.0, "Praise of late", "Share of the team that was praised in the last weeks, fading.", source="Bradler et al. 2016")
    median_pay: float = quantity(1.0, 0.0, math.inf, unit="× market", label="Middle pay", meaning="What the middle one of the team earns.", source="Card et al. 2012")
    contribution: float = tally("Mean contribution", "Mean remembered output of those present.", "person-weeks")
    departures: float = level(0.0, "Recent departures", "Share of the team that left, fading over weeks.")
    star_left: float = level(0.0, "A star left", "1 in the week after a high performer left, fading.")
    fairness_lift: float = quantity(0.0, -1.0, 1.0, label="Fairness of last decisions", meaning="Low performance dealt with (above 0) or left alone (below).")
    in_support: float = tally("In support", "People under documented support.", "people")
    firefighting: float = tally("Firefighting", "Leader's hours that vacancies, support, talks put off and teams that do not deliver take.", "hours")
    hours_free: float = tally("Hours there are", "Leader's hours left for people after administration, own work and firefighting.", "hours")
    hours_asked: float = tally("Hours asked", "Hours that the style asks for.", "hours")
    hours_given: float = tally("Hours given", "Hours that people get.", "hours")


class Market(Declared):
    """The labour market outside."""

    tightness: float = quantity(1.0, 0.0, 5.0, unit="× usual", label="Tightness", meaning="How often offers come, against an ordinary year.", ends=("no offers", "hot market"), group="Market", shared=True)
    hiring_weeks: float = quantity(10.0, 1.0, 104.0, unit="weeks", label="Weeks to hire", meaning="Mean time to fill a vacancy.", ends=("at once", "two years"), group="Market", shared=True)
    pay_growth: float = quantity(0.03, 0.0, 0.3, unit="a year", label="Pay growth", meaning="How fast market pay rises.", ends=("flat", "inflation"), group="Market", shared=True)


class Policies(Declared):
    """What the organisation decides for its leaders."""

    review_weeks: int = quantity(26, 1, 104, unit="weeks", label="Review cycle", meaning="Weeks between formal ratings, with the pay that hangs on them.", group="Policies", shared=True)
    support_weeks: int = quantity(26, 4, 104, unit="weeks", label="Support period", meaning="Documented support before low performance ends in dismissal.", group="Policies", shared=True)
    transparency: float = level(0.5, "Transparency", "Whether criteria of pay and promotion can be known.", ends=("behind closed doors", "for all to see"), group="Policies", source="S1-11", shared=True)
    standardisation: float = level(0.4, "Standard measures", "One measure for everybody.", ends=("by the person", "one size for all"), group="Policies", source="S1-13", shared=True)
    conformity: float = level(0.3, "Conformity", "Whether fitting in is what pays.", ends=("difference welcome", "do not stand out"), group="Policies", source="S1-14", shared=True)
    coach_training: float = level(0.2, "Coach training", "Training of leaders in coaching.", ends=("none", "all the time"), group="Policies", source="S1-16", shared=True)
    voice: float = level(0.2, "A say in the system", "Whether those it is about help to design it.", ends=("decreed", "designed together"), group="Policies", source="S1-17", shared=True)
    role_model: float = level(0.4, "Role models", "Whether senior leaders do what they ask for, and celebrate who develops people.", ends=("lip service", "lived at the top"), group="Policies", source="S4-22", shared=True)
    promote_on_leading: float = level(0.2, "Promotion by leading", "Whether who is promoted is chosen by results or by how well they would lead.", ends=("results only", "leading only"), group="Policies", source="S2-09", shared=True)
    assessment: float = level(0.3, "Assessment", "How carefully that is found out: feedback from all sides, work samples.", ends=("a hunch", "a thorough look"), group="Policies", source="S2-09", shared=True)
    promote_by_lot: float = level(0.0, "Promotion by lot", "How far chance decides.", ends=("not at all", "a lottery"), group="Policies", source="Pluchino et al. 2010", shared=True)
    preparation: float = level(0.2, "Preparation", "Mentoring and trial leading before a promotion.", ends=("none", "a year and more"), group="Policies", source="S2-10", shared=True)
    expert_track: float = level(0.2, "Expert track", "Whether one can rise without leading.", ends=("no", "as high as leaders"), group="Policies", source="S2-11", shared=True)
    only_carrot: float = level(0.5, "Promotion as reward", "Whether promotion is the only way to be rewarded.", ends=("one of many", "the only one"), group="Policies", source="S2-12", shared=True)
    judged_on_leading: float = level(0.2, "Judged on leading", "Whether leaders are judged on how they lead, not on results alone.", ends=("results only", "how they lead too"), group="Policies", source="S4-23", shared=True)
    admin_hours: float = quantity(8.0, 0.0, 40.0, unit="hours", label="Administration", meaning="Leader's hours a week that go to administration.", group="Policies", shared=True)
    value_of_output: float = quantity(1.6, 0.1, 20.0, unit="× market pay", label="Value of output", meaning="What a typical person's week of work is worth.", group="Policies", shared=True)


class Fork(Declared):
    """Where a history leaves another one: the same until a week, something else from there on."""

    week: int = quantity(0, 0, 10**6, unit="week", label="Week", meaning="From when on.", shared=True)
    redraw: Key = quantity(0, 0, 2**64 - 1, unit="number", label="Redraw", meaning="Which other luck from there on; 0 for the same.")
    person: Key = quantity(0, 0, 2**64 - 1, unit="key", label="Person", meaning="The identity of somebody for whom a driver stops counting; 0 for nobody.", shared=True)
    kept: Drivers = Drivers(**dict.fromkeys(Drivers.model_fields, 1.0))
    """What each driver counts for that person: 1 as ever, 0 not at all."""


class OrganisationState(Declared):
    """The organisation, this week."""

    run_key: Key = quantity(0, 0, 2**64 - 1, unit="key", label="Run key", meaning="The stream of chance of this run.")
    week: int = quantity(0, 0, 10**6, unit="week", label="Week", meaning="The week that is being lived; the first is 0.", shared=True)
    plans: int = quantity(1, 1, 10**9, unit="number", label="Plans", meaning="Of how many plans a hire brings one, should they lead; 1 for the scenario's own style.", shared=True)
    fork: Fork = Fork()
    market: Market = Market()
    policies: Policies = Policies()


class ExitRecord(Declared):
    """One departure, as it is kept."""

    week: int = quantity(0, 0, 10**6, unit="week", label="Week", meaning="When.", seen=True)
    team: int = quantity(0, 0, 10**9, unit="number", label="Team", meaning="The team's number.", seen=True)
    seat: int = quantity(0, 0, 10**9, unit="seat", label="Seat", meaning="The seat's number.", seen=True)
    identity: Key = quantity(0, 0, 2**64 - 1, unit="key", label="Identity", meaning="Who.", seen=True)
    origin: int = quantity(0, 0, 10**9, unit="seat", label="Origin", meaning="The seat in which the person joined.", seen=True)
    entry: int = quantity(0, 0, 10**9, unit="people", label="Entry", meaning="Which hire into that seat the person was; 0 for the first cast.", seen=True)
    led_origin: int = quantity(-1, -1, 10**9, unit="seat", label="Leader's origin", meaning="The seat in which who led the team joined; -1 for somebody outside, or nobody.", seen=True)
    led_entry: int = quantity(0, 0, 10**9, unit="people", label="Leader's entry", meaning="Which hire into that seat the leader was.", seen=True)
    road: int = quantity(0, 0, 3, unit="road", label="Road", meaning="1 an offer, 2 exhaustion, 3 dismissal.", seen=True)
    top: int = quantity(0, 0, 1, unit="yes/no", label="High performer", meaning="Was in the top fifth of the team by contribution.", seen=True)
    third: int = quantity(0, 0, 2, unit="third", label="Third", meaning="0 bottom, 1 middle, 2 top.", seen=True)
    tenure: float = tally("Tenure", "Weeks since joining.", "weeks", seen=True)
    rating: float = level(0.5, "Rating", "The latest rating.", seen=True)
    engagement: float = level(0.5, "Engagement", "In the last week.")
    pay_ratio: float = quantity(1.0, 0.001, math.inf, unit="× market", label="Pay", meaning="Pay against market.", seen=True)
    offer: float = tally("Offer", "Pay offered against market; 0 without an offer.", "× market")
    log_odds: float = signal("Log-odds", "Of leaving, on the road by which the person left; the sum of all that follows.")
    start: float = signal("Start", "What everybody starts from on this road.")
    offered: float = signal("The offer", "The offer's pay against one's own.")
    ties: float = signal("Ties", "What ties the person apart from the work, less plans of their own.")
    exhaustion: float = signal("Exhaustion", "Strain in excess, on the road without an offer.")
    drivers: Drivers = Drivers()
    stated: int = quantity(0, -1, 100, unit="driver", label="Stated reason", meaning="Number of the driver that the person named as the main reason; -1 for a dismissal.", seen=True)
    reasons: int = quantity(0, 0, 2**30, unit="drivers", label="Stated reasons", meaning="All drivers that the person named: a bit each, by number; 0 for a dismissal.", seen=True)


class PlanRow(Declared):
    """A plan as the rules read it: which rows say what style holds from when on, and which are its events."""

    first_change: int = quantity(0, 0, 10**9, unit="number", label="First change", meaning="Number of its first row among changes of style.")
    changes: int = quantity(1, 1, 10**6, unit="rows", label="Changes", meaning="How many of them are its own; the first is for week 0, later ones follow in order.")
    first_event: int = quantity(0, 0, 10**9, unit="number", label="First event", meaning="Number of its first row among planned events.")
    events: int = quantity(0, 0, 10**6, unit="rows", label="Events", meaning="How many of them are its own.")


class StyleChange(Declared):
    """From which week on which style holds under a plan, and which policies, if the plan decides on them."""

    week: int = quantity(0, 0, 10**6, unit="week", label="Week", meaning="From when on.")
    style: int = quantity(0, 0, 10**9, unit="number", label="Style", meaning="Which style: the number of its row.")
    policies: int = quantity(-1, -1, 10**9, unit="number", label="Policies", meaning="Which policies: the number of their row; -1 where they stay as they are.")


class Happening(Declared):
    """What happens once, in a week."""

    week: int = quantity(0, 0, 10**6, unit="week", label="Week", meaning="When.")
    kind: int = quantity(0, 0, len(DEEDS) - 1, unit="event", label="Kind", meaning="What: its number in `DEEDS`.")
    amount: float = quantity(0.0, 0.0, 1.0, unit="share", label="Amount", meaning="How much.")


class PlannedEvent(Happening):
    """An event as a plan or a scenario gives it: to the whole team, to somebody of the cast, or to somebody hired later."""

    person: int = quantity(-1, -1, 10**9, unit="number", label="Person", meaning="To whom: the number in the cast; -1 for the whole team, or for a hire.")
    origin: int = quantity(0, 0, 10**9, unit="seat", label="Origin", meaning="Of a hire: the seat in which the person joins.")
    entry: int = quantity(0, 0, 10**9, unit="people", label="Entry", meaning="Which hire into that seat the person is; 0 for anybody else.")


class DatedEvent(Happening):
    """An event as the rules of the week read it; identity 0 stands for the whole team."""

    schedule: int = quantity(0, 0, 10**9, unit="number", label="Schedule", meaning="Under whose plan.")
    identity: Key = quantity(0, 0, 2**64 - 1, unit="key", label="Identity", meaning="To whom.")


class Measures(Declared):
    """What is measured every week: of the organisation, of each third of its teams, and of each team.

    How a group's comes from its people is declared: a ``sum`` or a ``mean`` over them (``of`` one of their states, or of what
    `teamsim.rules.measures.add_person` adds), a ``team``'s as a whole (``of`` one of its states, or of what `add_team` there
    adds; both are added up over teams, so that it is an amount, never a level), or ``derived`` from other measures.
    """

    people: float = tally("People", "Filled seats.", "people", group="Team", seen=True, how="sum")
    vacancies: float = tally("Vacancies", "Empty seats.", "seats", group="Team", seen=True, how="team")
    engagement: float = level(0.6, "Engagement", "Mean engagement.", group="People", how="mean", of="engagement")
    survey: float = quantity(0.6, -math.inf, math.inf, label="Survey score", meaning="Engagement as a survey finds it (reliability about .80).", group="People", seen=True, how="derived")
    output: float = tally("Output", "Work done; 1 is a typical experienced person's week.", "person-weeks", group="Work", seen=True, how="sum", of="output")
    output_per_person: float = tally("Output per person", "Work done by head present.", "× typical", group="Work", seen=True, how="derived")
    ideas_tried: float = tally("Ideas tried", "New ideas tried.", "ideas", group="Work", seen=True, how="sum", of="tried")
    ideas_kept: float = tally("Ideas kept", "New ideas that worked.", "ideas", group="Work", seen=True, how="sum", of="kept_idea")
    mistakes: float = tally("Mistakes", "Mistakes that came to light.", "mistakes", group="Work", seen=True, how="sum", of="mistake")
    skill: float = tally("Skill", "Mean skill.", "× typical", group="Work", how="mean", of="skill")
    stretch: float = quantity(0.0, -1.0, math.inf, unit="share of skill", label="Stretch", meaning="Mean distance of the work above present skill.", group="Work", how="mean", of="gap")
    mastered: float = tally("Weeks since mastery", "Mean time that work has held nothing new.", "weeks", group="Work", how="mean", of="weeks_mastered")
    strain: float = level(0.35, "Strain", "Mean exhaustion.", group="People", how="mean", of="strain")
    trust: float = level(0.6, "Trust", "Mean trust in the leader.", group="People", how="mean", of="trust")
    safety: float = level(0.5, "Safety", "Mean felt safety.", group="People", how="mean", of="safety")
    role_clarity: float = level(0.5, "Role clarity", "Mean clarity of what is expected.", group="People", how="mean", of="role_clarity")
    resilience: float = level(0.5, "Resilience", "Mean resilience.", group="People", how="mean", of="resilience")
    dependence: float = level(0.3, "Dependence", "Mean dependence on the leader.", group="People", how="mean", of="dependence")
    fairness: float = level(0.6, "Fairness", "Mean felt fairness.", group="People", how="mean", of="felt_fairness")
    recognition: float = level(0.3, "Felt recognition", "Mean stock of being valued.", group="People", how="mean", of="felt_recognition")
    growth: float = level(0.4, "Felt growth", "Mean sense of coming on.", group="People", how="mean", of="felt_growth")
    autonomy: float = level(0.5, "Felt autonomy", "Mean room to decide.", group="People", how="mean", of="felt_autonomy")
    feedback: float = quantity(0.0, -1.0, 1.0, label="Felt feedback", meaning="Mean of what talks gave.", group="People", how="mean", of="felt_feedback")
    neglect: float = level(0.0, "Neglect", "Mean shortfall of attention.", group="People", how="mean", of="neglect")
    belief: float = quantity(0.0, -math.inf, math.inf, unit="log-odds", label="Belief about staying", meaning="Mean hidden belief about what staying is worth.", group="Staying", how="mean")
    search: float = level(0.1, "Search", "Mean intensity of looking around.", group="Staying", how="mean", of="search")
    offers: float = tally("Offers", "Offers received from outside.", "offers", group="Staying", how="sum")
    left_for_offer: float = tally("Left for an offer", "Voluntary exits to another employer.", "exits", group="Staying", seen=True, how="sum")
    left_exhausted: float = tally("Left exhausted", "Voluntary exits without an offer.", "exits", group="Staying", seen=True, how="sum")
    dismissed: float = tally("Dismissed", "Exits decided by the leader.", "exits", group="Staying", seen=True, how="sum")
    regretted: float = tally("Regretted exits", "Voluntary exits from the top fifth.", "exits", group="Staying", seen=True, how="sum")
    promotions: float = tally("Promotions", "People who took over a team.", "promotions", group="Team", seen=True, how="sum", of="promoted")
    hired: float = tally("Hired", "Seats filled anew.", "hires", group="Team", seen=True, how="sum")
    talks: float = tally("Talks", "Feedback talks held.", "talks", group="Hours", seen=True, how="sum", of="talk")
    put_off: float = tally("Talks put off", "Talks that were due and put off.", "talks", group="Hours", how="sum", of="postponed")
    firefighting: float = tally("Firefighting", "Leaders' hours that vacancies, support, talks put off and teams that do not deliver take.", "hours", group="Hours", seen=True, how="team", of="firefighting")
    hours_free: float = tally("Hours there are", "Leaders' hours for people.", "hours", group="Hours", seen=True, how="team", of="hours_free")
    hours_asked: float = tally("Hours asked", "Hours that the style asks for.", "hours", group="Hours", seen=True, how="team", of="hours_asked")
    hours_given: float = tally("Hours given", "Hours that people get.", "hours", group="Hours", seen=True, how="sum", of="attention")
    pay: float = quantity(1.0, 0.0, math.inf, unit="× market", label="Pay", meaning="Mean pay against market.", group="Money", seen=True, how="mean", of="pay_ratio")
    pay_cost: float = tally("Pay bill", "Pay of the week.", "weeks of market pay", group="Money", seen=True, how="derived")
    development_cost: float = tally("Development", "Cost of development places, of preparing people to lead, and of an expert track.", "weeks of market pay", group="Money", seen=True, how="sum")
    replacement_cost: float = tally("Replacement", "Cost of replacing who left: 21 % of annual pay each, of executives more.", "weeks of market pay", group="Money", source="Boushey & Glynn 2012", seen=True, how="sum")
    net_value: float = quantity(0.0, -math.inf, math.inf, unit="weeks of market pay", label="Net value", meaning="Value of output less pay, development and replacement.", group="Money", how="derived")


def measured(*how: str) -> tuple[str, ...]:
    """Return the measures of which a group's comes from its people in one of these ways."""
    return tuple(name for name, one in Measures.quantities().items() if one.how in how)


def added(states: type[Declared], *how: str) -> tuple[tuple[str, str], ...]:
    """Return the measures that add up a state of each person, or of each team, and which.

    Raises
    ------
    TypeError
        If a measure is not well declared.
    """
    found = []
    for name, one in Measures.quantities().items():
        if one.how not in HOW:
            raise TypeError(f"Measures.{name}: how = {one.how!r} is not known; {closest(one.how, HOW)}")
        if one.how == "team" and one.high < math.inf:
            raise TypeError(f"Measures.{name}: how = 'team' is added up over teams: an amount, never a level; use tally")
        if one.of and one.how == "derived":
            raise TypeError(f"Measures.{name}: of = {one.of!r}: what is derived adds up no state; leave it out")
        if one.of and one.how in how:
            if one.of not in states.quantities():
                problem = f"of = {one.of!r} is no field of {states.__name__}"
                raise TypeError(f"Measures.{name}: {problem}; {closest(one.of, states.quantities())}")
            found.append((name, one.of))
    return tuple(found)


HOW = ("sum", "mean", "team", "derived")
STATES_OF_PEOPLE, STATES_OF_TEAMS = added(PersonState, "sum", "mean"), added(TeamState, "team")
"""Measures that add up a state of each person, or of each team, and which."""
MEANS, OF_TEAMS = measured("mean"), measured("team")
"""Measures of which the mean over people is taken, and those that are a team's as a whole."""
