"""Staying and going: a hidden belief, search, offers, and two roads out, each additive in named drivers."""

from teamsim.arithmetic import exp, log
from teamsim.chance import ACCEPTANCE, OFFER, OFFER_SIZE, PLANS, PUSH, normal, uniform
from teamsim.compiler import each, rule
from teamsim.people import OF_PAY, ROADS, SAID, Drivers
from teamsim.rules.odds import bounded, happens
from teamsim.rules.pay import give_raise

OFFERED, EXHAUSTED = ROADS.index("offer"), ROADS.index("exhaustion")
CHALLENGE, PAY = (list(Drivers.quantities()).index(driver) for driver in ("challenge", "pay"))
BIT_OF_PAY = 1 << PAY


@rule
def revise_belief(person, p):
    """The belief about what staying is worth moves slowly towards what is felt, unseen, one stock a driver.  [S0-15, S0-17]"""
    belief, pull, rate = person.belief, person.pull, p.belief_rate
    for driver in each(Drivers):
        belief[driver] += rate * (p["stay_" + driver] * pull[driver] - belief[driver])


@rule
def discount(belief, kept):
    """As if something no longer counted."""
    for driver in each(Drivers):
        belief[driver] *= kept[driver]


@rule
def total(drivers):
    """The sum of all drivers."""
    found = 0.0
    for driver in each(Drivers):
        found += drivers[driver]
    return found


@rule
def counted(drivers, p):
    """What share of what is felt counts in staying: nobody is drawn or driven away without limit."""
    felt = total(drivers)
    return bounded(felt, p.belief_limit) / felt if felt * felt > 1e-12 else 1.0


@rule
def make_plans(person, p):
    """Life outside the work makes somebody plan to leave now and then, however they are led (Lee & Mitchell 1994); plans fade."""
    person.plans -= p.plans_fading * person.plans
    if uniform(person.luck, PLANS) < p.plans_rate:
        person.plans = 1.0


@rule
def look_around(person, p):
    """Search rises when the belief, or how these months go, falls under what one expects, with plans to leave, or after a shock (Lee & Mitchell 1994)."""
    belief = bounded(total(person.belief), p.belief_limit) + p.stay_affect * person.affect
    short = person.expectation - belief if belief < person.expectation else 0.0
    sought = short / (short + p.search_half)
    sought += p.plans_search * person.plans * (1.0 - sought)
    person.search += p.search_rate * (sought - person.search)
    person.search += person.shock * (1.0 - person.search)
    person.shock -= p.shock_fading * person.shock
    person.expectation += p.expectation_rate * (belief - person.expectation)
    person.embeddedness += p.embedding_rate * (1.0 - person.embeddedness)
    person.renown -= p.renown_fading * person.renown
    person.disappointed -= p.passed_over_fading * person.disappointed
    person.tenure += 1.0


@rule
def ties(person, p):
    """What draws a person away or, below 0, ties them, apart from the work: roots, the honeymoon of the first months (Fichman & Levinthal 1991), and being somebody who stays (Zimmerman 2008); plans of one's own undo it, and so does having been passed over (Keller & Dlugos 2021).  [S1-11]"""
    months = person.tenure / p.honeymoon_weeks
    lasting = p.stay_disposition * person.disposition + p.stay_affect * person.affect
    apart = p.plans_gain * person.plans + p.passed_over_gain * person.disappointed
    return apart - p.ties_gain * person.embeddedness - p.honeymoon_gain / (1.0 + months * months) - lasting


@rule
def offer_term(person, p):
    """What an offer's pay is worth against one's own, a counter-offer included, in log-odds."""
    return p.offer_gain * (0.5 + person.pay_weight) * log(person.offer / person.matched)


@rule
def offers_a_week(person, org, p):
    """How often offers come: by the market, by visibility, a promotion included (Waldman 1984), and by search.  [S0-16]"""
    seen = 1.0 + p.visibility_gain * person.standing if person.standing > 0.0 else 1.0
    seen += p.renown_gain * person.renown
    return p.offer_rate * org.market.tightness * seen * (p.search_free + (1.0 - p.search_free) * person.search)


@rule
def take_or_leave_offer(person, style, org, p):
    """An offer that comes is taken when it beats staying; who is talked into staying is known to have looked around.  [S0-16, S0-18, S0-24]"""
    rate = offers_a_week(person, org, p)
    if uniform(person.luck, OFFER) < rate / (1.0 + rate):
        person.offer = exp(p.offer_premium + p.offer_spread * normal(person.luck, OFFER_SIZE))
        person.matched = person.pay_ratio
        if person.offer > person.pay_ratio:
            person.matched += style.counter_offer * (person.offer - person.pay_ratio)
        person.odds = p.accept_start + offer_term(person, p) + ties(person, p)
        person.odds -= bounded(total(person.belief), p.belief_limit)
        if happens(uniform(person.luck, ACCEPTANCE), person.odds):
            person.leaving = OFFERED
        elif person.matched > person.pay_ratio:
            give_raise(person, person.matched / person.pay_ratio - 1.0)
            person.countered = 1
            person.renown += p.counter_renown * (1.0 - person.renown)


@rule
def exhaustion_term(person, p):
    """What strain adds on the road without an offer."""
    return p.push_strain * (person.strain - p.push_from) if person.strain > p.push_from else 0.0


@rule
def push_odds(person, p):
    """The log-odds of leaving in a week without an offer."""
    belief = bounded(total(person.belief), p.belief_limit)
    return p.push_start + exhaustion_term(person, p) + ties(person, p) - p.push_belief * belief


@rule
def go_exhausted(person, p):
    """People also go with no offer at all: exhausted, or with plans of their own."""
    odds = push_odds(person, p)
    if happens(uniform(person.luck, PUSH), odds):
        person.leaving = EXHAUSTED
        person.odds = odds


@rule
def share(drivers, belief, weight):
    """Each driver's share in the log-odds of leaving."""
    for driver in each(Drivers):
        drivers[driver] = -weight * belief[driver]


@rule
def said_of_pay(drivers, person, p):
    """How readily pay is named: the more, the less else told one that one is valued, and for a better offer.  [S0-24]"""
    pay = 0.0
    for driver in each(OF_PAY):
        pay += drivers[driver]
    better = log(person.offer / person.pay_ratio) if person.offer > person.pay_ratio else 0.0
    return p.said_of_pay * pay + p.said_of_offer * better


@rule
def state_reasons(record, person, p):
    """People name what weighs most among what is easily said as the main reason, and what weighs nearly as much beside.  [S0-24]"""
    drivers = record.drivers
    best, main = drivers.challenge, CHALLENGE
    for number, _, driver, of_leader in each(SAID):
        weight = drivers[driver] * p.said_of_leader if of_leader else drivers[driver]
        if weight > best:
            best, main = weight, number
    pay = said_of_pay(drivers, person, p)
    if pay > best:
        best, main = pay, PAY
    reasons, bar = 0, p.said_beside * best
    for number, bit, driver, of_leader in each(SAID):
        weight = drivers[driver] * p.said_of_leader if of_leader else drivers[driver]
        if number == main or (weight > 0.0 and weight >= bar):
            reasons += bit
    if main == PAY or (pay > 0.0 and pay >= bar):
        reasons += BIT_OF_PAY
    record.stated, record.reasons = main, reasons
