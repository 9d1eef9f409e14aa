"""A short text that holds a lab: typed elsewhere, it opens the same one."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import zlib
from dataclasses import dataclass
from typing import Any

from teamsim.fields import InputError
from teamsim.scenario import Scenario
from teamsim.style import Style
from teamsim.words import say

MARK = "TS1"
CHECK = 5
LARGEST = 4000
KEYS = ("scenario", "digest", "levers", "start", "style", "pins", "seed", "view")


@dataclass(frozen=True)
class LabCode:
    """What a code holds.

    Examples
    --------
    >>> scenario = Scenario.load("managing-stars")
    >>> code = LabCode.of(scenario, ["challenge"], Style(), Style(challenge=0.7), {"A": Style()}, 7, "leader")
    >>> code.text[:4], LabCode.read(code.text) == code
    ('TS1-', True)
    """

    scenario: str
    digest: str
    levers: tuple[str, ...]
    start: Style
    style: Style
    pins: tuple[tuple[str, Style], ...]
    seed: int
    view: str

    @classmethod
    def of(
        cls, scenario: Scenario, levers: Any, start: Style, style: Style, pins: dict[str, Style], seed: int, view: str
    ) -> LabCode:
        """Return the code of a lab."""
        held = tuple(pins.items())
        return cls(scenario.name, digest(scenario), tuple(levers), start, style, held, int(seed), view)

    @property
    def text(self) -> str:
        """The code itself: a mark, the content, a checksum; letters, digits, ``-`` and ``_`` only."""
        everything = tuple(Style.quantities())
        content = [
            self.scenario,
            self.digest,
            [] if self.levers == everything else list(self.levers),
            _differences(self.start, Style()),
            _differences(self.style, self.start),
            [[name, _differences(style, self.start)] for name, style in self.pins],
            self.seed,
            self.view,
        ]
        plain = json.dumps(content, separators=(",", ":"), ensure_ascii=False).encode("utf-8")
        packer = zlib.compressobj(9, wbits=-15)
        packed = packer.compress(plain) + packer.flush()
        body = base64.urlsafe_b64encode(packed).decode("ascii").rstrip("=")
        return f"{MARK}-{body}-{_check(body)}"

    @classmethod
    def read(cls, text: Any) -> LabCode:
        """Read a code.

        Raises
        ------
        InputError
            In words for participants, if it is none, was mistyped, or comes from another version.
        """
        given = "".join(text.split()) if isinstance(text, str) else ""
        mark, _, rest = given.partition("-")
        body, _, check = rest.rpartition("-")
        if mark.upper() != MARK or not body or len(given) > LARGEST:
            raise InputError(say("manager.code_none", mark=MARK))
        if check != _check(body):
            raise InputError(say("manager.code_mistyped"))
        try:
            unpacker = zlib.decompressobj(-15)
            plain = unpacker.decompress(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)), LARGEST * 8)
            content = dict(zip(KEYS, json.loads(plain), strict=True))
            start = Style(**content["start"])
            return cls(
                scenario=str(content["scenario"]),
                digest=str(content["digest"]),
                levers=tuple(map(str, content["levers"])) or tuple(Style.quantities()),
                start=start,
                style=start.replace(**content["style"]),
                pins=tuple((str(name), start.replace(**changes)) for name, changes in content["pins"]),
                seed=int(content["seed"]),
                view=str(content["view"]),
            )
        except (binascii.Error, zlib.error, ValueError, TypeError, KeyError) as error:
            raise InputError(say("manager.code_version")) from error

    def in_scenario(self, *candidates: Scenario | None) -> Scenario:
        """Return the scenario of this code: one of the candidates, or one that comes with the package.

        Raises
        ------
        InputError
            In words for participants, if there is none of that name here, or it is not the same.
        """
        for scenario in candidates:
            if scenario is not None and digest(scenario) == self.digest:
                return scenario
        if self.scenario in Scenario.names() and digest(shipped := Scenario.load(self.scenario)) == self.digest:
            return shipped
        raise InputError(say("manager.code_scenario", name=self.scenario))


def digest(scenario: Scenario) -> str:
    """Return a few letters that change with anything in a scenario."""
    return _letters(json.dumps(scenario.model_dump(mode="json"), sort_keys=True))


def _differences(style: Style, base: Style) -> dict[str, float]:
    values = {name: getattr(style, name) for name in Style.quantities()}
    return {name: value for name, value in values.items() if value != getattr(base, name)}


def _check(body: str) -> str:
    return _letters(f"{MARK}-{body}")


def _letters(text: str) -> str:
    """Return a checksum in letters and digits that cannot be taken for one another."""
    return base64.b32encode(hashlib.sha256(text.encode("utf-8")).digest()).decode("ascii")[:CHECK]
