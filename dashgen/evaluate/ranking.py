"""Display order of groups, and the fold of what a top-n leaves over."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import prod
from typing import Any

from dashgen.aggregate import Held, Key, union
from dashgen.cube import text_order, value_order
from dashgen.evaluate.evaluation import Evaluation, Row, Untold
from dashgen.plan.views import Ranking, ranking

Group = tuple[Any, ...]
Score = Callable[[Held], Any]
"""What a group is ordered by."""


@dataclass(frozen=True, slots=True)
class Other:
    """The folded rest of a ranking: `count` groups."""

    count: int


def ranked(asked: Evaluation, held: dict[Key, Held], how: Ranking | None = None) -> list[Group]:
    """Groups that have an event, over all slots, in display order; the fold, if any, last as `Other`."""
    how = how or ranking(asked.question.view) or Ranking()
    return ordered(_present(asked, held), how, asked.question.dimensions, _scoring(asked, how))


def unsure(asked: Evaluation, held: dict[Key, Held], how: Ranking | None = None) -> bool:
    """Whether what is not told apart may hold a group that belongs among those that `ranked` shows."""
    how = how or ranking(asked.question.view) or Ranking()
    is_bounded = asked.is_bounded(_name(asked, how))
    return is_unsure(_present(asked, held), how, asked.question.dimensions, _scoring(asked, how), is_bounded=is_bounded)


def _present(asked: Evaluation, held: dict[Key, Held]) -> dict[Key, Held]:
    return {key: part for key, part in held.items() if not asked.events.isdisjoint(part)}


def _name(asked: Evaluation, how: Ranking) -> str:
    return how.order.name if how.order else asked.shown[0]


def _scoring(asked: Evaluation, how: Ranking) -> Score:
    return lambda held: asked.values(held, asked.window_minutes).get(_name(asked, how))


def ordered(held: dict[Key, Held], how: Ranking, dimensions: Sequence[str], score: Score) -> list[Group]:
    found = [*_sorted(held, how, dimensions, score)]
    own = [group for group in found if not _is_untold(group)]
    if how.top is None or len(own) <= how.top:
        return found if how.other else own
    rest = (Other(sum(map(_weight, found[how.top :]))),) * len(found[0])
    return found[: how.top] + ([rest] if how.other else [])


def is_unsure(
    held: dict[Key, Held], how: Ranking, dimensions: Sequence[str], score: Score, *, is_bounded: bool
) -> bool:
    """The same of what `ordered` shows; of bounded scores none that is told in a rest is above that of the rest."""
    found = _sorted(held, how, dimensions, score)
    own = [group for group in found if not _is_untold(group)]
    rest = [*found][len(own) :]
    if not rest:
        return False
    by_name = how.order is not None and how.order.name in dimensions and len(rest[0]) == len(dimensions)
    is_descending = how.order is None or how.order.descending
    if not own or len(own) < (how.top or 0) or by_name or not (is_bounded and is_descending):
        return True
    last, most = found[own[: how.top][-1]], found[rest[0]]
    return last is None or most is None or bool(most >= last)


def _sorted(held: dict[Key, Held], how: Ranking, dimensions: Sequence[str], score: Score) -> dict[Group, Any]:
    """Groups in display order, with their scores."""
    totals: dict[Group, list[Held]] = {}
    for (_, *group), part in held.items():
        totals.setdefault(tuple(group), []).append(part)
    scores = {group: score(union(parts)) for group, parts in totals.items()}
    order = sorted(scores, key=lambda group: _rank(group, scores[group], how, dimensions))
    return {group: scores[group] for group in order}


def _is_untold(group: Group) -> bool:
    return any(isinstance(part, Untold) for part in group)


def _weight(group: Group) -> int:
    """How many groups it stands for."""
    return prod(part.count for part in group if isinstance(part, Untold))


def _rank(group: Group, score: Any, how: Ranking, dimensions: Sequence[str]) -> tuple[Any, ...]:
    """Missing last in both directions, behind it what is not told apart; ties by the values' texts."""
    untold = _is_untold(group)
    descending = how.order.descending if how.order else True
    ties = tuple((2, "") if isinstance(part, Untold) else text_order(part) for part in group)
    if how.order and how.order.name in dimensions and len(group) == len(dimensions):
        part = group[dimensions.index(how.order.name)]
        place = (3, "") if isinstance(part, Untold) else value_order(part)
        return (untold, part is None, _Reversed(place) if descending else place, ties)
    if score is None:
        return (untold, True, 0, ties)
    return (untold, False, -score if descending else score, ties)


@dataclass(frozen=True, slots=True)
class _Reversed:
    """Sorts the other way round."""

    value: Any

    def __lt__(self, other: _Reversed) -> bool:
        return bool(other.value < self.value)


def fold(held: dict[Key, Held], kept: Sequence[Group], width: int | None = None) -> dict[Key, Held]:
    """The groups with those outside `kept` united under its `Other`, or left out if it has none.

    With `width` only the first dimensions are folded, and each part keeps the others.
    """
    names = set(kept)
    rest = next((group for group in kept if group and isinstance(group[0], Other)), None)
    parts: dict[Key, list[Held]] = {}
    for (slot, *whole), part in held.items():
        group, tail = tuple(whole[:width]), tuple(whole[width:]) if width is not None else ()
        target = group if group in names else rest
        if target is not None:
            parts.setdefault((slot, *target, *tail), []).append(part)
    return {key: found[0] if len(found) == 1 else union(found) for key, found in parts.items()}


def named(names: Sequence[str], group: Group) -> Row:
    """A group as the keys of a row."""
    return {n: {"other": v.count} if isinstance(v, (Other, Untold)) else v for n, v in zip(names, group, strict=True)}
