"""The few steps from one order of rows to another, so that a list keeps its scroll position and selection."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from typing import NamedTuple


class Remove(NamedTuple):
    """Removes rows `first` to `last`, both included."""

    first: int
    last: int


class Move(NamedTuple):
    """Moves a row, whose number is `to` afterwards."""

    row: int
    to: int


class Insert(NamedTuple):
    """Inserts rows `first` to `last` (both included) of the new order."""

    first: int
    last: int


Step = Remove | Move | Insert


def steps(old: Sequence[int], new: Sequence[int], most: int) -> list[Step] | None:
    """The steps that turn `old` into `new`, in order; None if that takes more than `most` of them.

    old, new: numbers, each at most once. Runs of rows are removed or inserted in one step; rows are moved one by one.
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
    """Groups rising row numbers into contiguous runs (first, last)."""
    found: list[tuple[int, int]] = []
    for row in rows:
        if found and found[-1][1] == row - 1:
            found[-1] = (found[-1][0], row)
        else:
            found.append((row, row))
    return found


def longest_rising(numbers: Sequence[int], order: Sequence[int]) -> list[int]:
    """The longest subsequence of `numbers` that is in the given order (Schensted 1961). Both hold the same numbers."""
    place = {number: row for row, number in enumerate(order)}
    ends: list[int] = []
    """For each length, the least place at which a rising sequence of that length ends."""
    last: list[int] = []
    """For each length, the row of that place."""
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
