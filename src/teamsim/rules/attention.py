"""Attention: too little is neglect, too much crowds; how much is right depends on the person."""

from teamsim.compiler import rule
from teamsim.rules.odds import level


@rule
def feel_attention(person, sensitivity, p):
    """A two-sided loss around what the person needs; neglect is not felt as autonomy.  [S0-14, S0-25]"""
    need = p.attention_need * (0.5 + person.need_growth)
    share = person.attention / need
    person.neglect = 1.0 - share if share < 1.0 else 0.0
    crowding = share - p.attention_plenty if share > p.attention_plenty else 0.0
    person.pull.attention = -sensitivity * (
        p.neglect_gain * person.neglect + p.crowding_gain * crowding / (1.0 + crowding)
    )


@rule
def sponsored(person, leader, style, p):
    """How far a leader's standing opens doors; who says openly that reports know more has a little less of it.  [S0-11]"""
    return style.sponsorship * leader.sponsorship * (1.0 - p.owning_standing * style.owning_up) * person.served


@rule
def feel_care(person, leader, style, p):
    """Care is help that arrives, doors that open and some camaraderie, and differs by how both get on; a sponsor makes up for knowing less.  [S0-08, S0-11, S3-04]"""
    sponsor = sponsored(person, leader, style, p)
    care = (1.0 - person.neglect) * (p.care_base * person.support + p.sponsor_care * sponsor)
    near = style.closeness if style.closeness < p.closeness_free else p.closeness_free
    care += p.closeness_care * (near - p.closeness_free) + p.rapport_care * person.rapport
    person.felt_care += p.care_rate * (level(care) - person.felt_care)
