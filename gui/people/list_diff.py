"""From one order of rows to another in few steps, so that a list keeps its place and what is selected in it."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from typing import NamedTuple


class Remove(NamedTuple):
    """Rows `first` to `last`."""

    first: int
    last: int


class Move(NamedTuple):
    """One row to where it is `to` afterwards."""

    row: int
    to: int


class Insert(NamedTuple):
    """Rows of the new order, which are `first` to `last` in it."""

    first: int
    last: int


Step = Remove | Move | Insert


def steps(old: Sequence[int], new: Sequence[int], most: int) -> list[Step] | None:
    """What turns `old` into `new`, to be done one after the other; None when that takes more than `most` steps.

    Both hold each number once. Removing and inserting goes by runs of rows; what stays in its order is not moved.
    """
    here, there = set(old), set(new)
    removed = runs(row for row, number in enumerate(old) if number not in there)
    inserted = runs(row for row, number in enumerate(new) if number not in here)
    staying = [number for number in old if number in there]
    wanted = [number for number in new if number in here]
    unmoved = set(longest_rising(staying, wanted)) if staying != wanted else set(staying)
    if len(removed) + len(inserted) + len(staying) - len(unmoved) > most:
        return None
    done: list[Step] = [Remove(*run) for run in reversed(removed)]
    for place, number in enumerate(wanted):
        if number not in unmoved:
            row = staying.index(number)
            del staying[row]
            to = staying.index(wanted[place - 1]) + 1 if place else 0
            staying.insert(to, number)
            done.append(Move(row, to))
    return done + [Insert(*run) for run in inserted]


def runs(rows: Iterable[int]) -> list[tuple[int, int]]:
    """Rising rows as (first, last) of what is contiguous."""
    found: list[tuple[int, int]] = []
    for row in rows:
        if found and found[-1][1] == row - 1:
            found[-1] = (found[-1][0], row)
        else:
            found.append((row, row))
    return found


def longest_rising(numbers: Sequence[int], order: Sequence[int]) -> list[int]:
    """The most of the numbers that are in this order already (Schensted 1961). Both hold the same numbers."""
    place = {number: row for row, number in enumerate(order)}
    ends: list[int] = []
    """Of each length, the least place at which so long a rising sequence ends."""
    last: list[int] = []
    """The row in which that place is."""
    before: list[int] = []
    for row, number in enumerate(numbers):
        length = bisect_left(ends, place[number])
        before.append(last[length - 1] if length else -1)
        if length == len(ends):
            ends.append(place[number])
            last.append(row)
        else:
            ends[length], last[length] = place[number], row
    rising = []
    row = last[-1] if last else -1
    while row >= 0:
        rising.append(numbers[row])
        row = before[row]
    return rising[::-1]
