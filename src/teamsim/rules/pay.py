"""Pay: a hygiene factor under the market, and the last signal of worth where nothing else gives one."""

from teamsim.compiler import rule


@rule
def feel_pay(person, org, p):
    """Pay under the market drives away, above it adds nothing (Herzberg 1959); people get used to a raise.  [S0-18, S0-19]"""
    person.pay_ratio -= person.pay_ratio * org.market.pay_growth / 52.0
    person.pay_reference += p.pay_habituation * (person.pay_ratio - person.pay_reference)
    short = 1.0 - person.pay_ratio
    person.pull.pay = -p.pay_gap_gain * short if short > 0.0 else 0.0


@rule
def read_pay_as_worth(person, p):
    """Where recognition, growth and challenge are missing, pay is read as worth; a raise soothes until one is used to it.  [S0-24]"""
    person.deficit = 1.0 - (person.felt_recognition + person.felt_growth + person.felt_challenge) / 3.0
    hoped = person.pay_reference * (1.0 + p.worth_premium)
    short = hoped - person.pay_ratio if hoped > person.pay_ratio else 0.0
    person.pull.worth = -p.worth_gain * person.deficit * short


@rule
def settle_pay(person, style, p):
    """At a review, pay moves up towards what the style aims at, more for a better rating; it is never cut."""
    aim = style.pay_position * (1.0 + p.pay_spread_gain * style.pay_spread * (person.rating - 0.5))
    if aim > person.pay_ratio:
        give_raise(person, p.pay_step * (aim - person.pay_ratio) / person.pay_ratio)


@rule
def give_raise(person, share):
    """Pay goes up by a share."""
    person.pay_ratio += share * person.pay_ratio
    person.raised += share
