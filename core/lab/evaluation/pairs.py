"""Pairs of pictures for verification: from a file in LFW's format, or all pairs of a folder."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from core.errors import PhotoError

MOST_PAIRS = 200_000
"""Most pairs of each kind, mated and non-mated; if there are more, this many are sampled."""
BLOCK = 65_536
"""Pairs compared at once."""


class Pair(NamedTuple):
    """One line of a pairs file: picture `number_a` of `name_a` against picture `number_b` of `name_b`."""

    name_a: str
    number_a: int
    name_b: str
    number_b: int
    same: bool
    fold: int
    """Number of the fold, from 1."""


@dataclass(frozen=True, slots=True, eq=False)
class PairRows:
    """n pairs of pictures, as rows of a set of faces."""

    first: NDArray[np.intp]
    """Row of each pair's first picture (n)."""
    second: NDArray[np.intp]
    """Row of each pair's second picture (n)."""
    same: NDArray[np.bool_]
    """Whether each pair is mated, showing one person (n)."""
    folds: NDArray[np.intp] | None = None
    """Fold of each pair (n), from 1; None if the pairs come without folds."""
    left_out: tuple[str, ...] = ()
    """One sentence for each pair with a missing picture."""

    def __len__(self) -> int:
        """Number of pairs."""
        return len(self.same)


def read_pairs(file: Path) -> list[Pair]:
    """Reads a file in the format of LFW's `pairs.txt` (Huang et al. 2007).

    The first line is `FOLDS PER_FOLD`, or `PER_FOLD` for a single fold. Each fold has PER_FOLD lines `NAME i j`, two
    pictures of one person, then PER_FOLD lines `NAME i OTHER_NAME j`, pictures of two people. Raises PhotoError, naming
    the line, when the file is malformed.
    """
    lines = _lines(file)
    header = [_number(field) for field in lines[0][1]] if lines else []
    folds, per_fold = (1, *header)[-2:] if header else (None, None)
    if len(header) > 2 or folds is None or per_fold is None:
        raise PhotoError(
            f"{file}, line 1 must say how many folds and pairs there are, like `10 300`: use LFW's format."
        )
    pairs = [_pair(file, line, fields, place // (2 * per_fold) + 1) for place, (line, fields) in enumerate(lines[1:])]
    if len(pairs) != 2 * folds * per_fold:
        raise PhotoError(
            f"{file}, line 1 announces {2 * folds * per_fold:,} pairs but {len(pairs):,} follow: use a complete file."
        )
    return pairs


def rows_of_pairs(pairs: Sequence[Pair], files: Sequence[str]) -> PairRows:
    """Finds the rows of each pair's pictures. files: `NAME/FILE` by row, where FILE ends in the picture's number.

    Pairs with a missing picture are left out, and listed. Raises PhotoError when none remains.
    """
    places = {_name_and_number(file): row for row, file in reversed(list(enumerate(files)))}
    found, left_out = [], []
    for pair in pairs:
        pictures = [(pair.name_a, pair.number_a), (pair.name_b, pair.number_b)]
        missing = [f"{name} {number}" for name, number in pictures if (name, number) not in places]
        if missing:
            left_out.append(f"A pair was left out: there is no picture {' and no '.join(missing)}.")
        else:
            found.append((places[pictures[0]], places[pictures[1]], pair.same, pair.fold))
    if not found:
        raise PhotoError(
            f"None of the {len(pairs):,} pairs has both pictures in this folder: give the folder that the pairs are of."
        )
    first, second, same, folds = np.array(found, dtype=np.intp).T
    return PairRows(first, second, same.astype(bool), folds, tuple(left_out))


def all_pairs(names: Sequence[str] | NDArray[np.str_], most: int = MOST_PAIRS, seed: int = 0) -> PairRows:
    """Every pair of n pictures once; if there are more than `most` of a kind, a uniform sample of `most`.

    names: person in each picture (n), in any order.
    """
    order = np.argsort(np.asarray(names), kind="stable")
    _, person, pictures = np.unique(np.asarray(names)[order], return_inverse=True, return_counts=True)
    # In rows sorted by person, mated partners are those up to the end of the same person, non-mated ones all beyond.
    end = np.cumsum(pictures)[person]
    after = np.arange(len(order)) + 1
    random = np.random.default_rng(seed)
    mated = _drawn(after, end - after, most, random)
    non_mated = _drawn(end, len(order) - end, most, random)
    # Half of the pairs are swapped, so that nobody is in the first picture more often than others.
    turned = random.random(len(non_mated[0])) < 0.5
    non_mated = (np.where(turned, non_mated[1], non_mated[0]), np.where(turned, non_mated[0], non_mated[1]))
    same = np.arange(len(mated[0]) + len(non_mated[0])) < len(mated[0])
    first, second = (order[np.concatenate([mated[side], non_mated[side]])] for side in (0, 1))
    return PairRows(first, second, same)


def pair_similarities(projected: NDArray[np.float32], pairs: PairRows) -> NDArray[np.float32]:
    """Similarity of each pair (n), 1 − D²/2 like `Metric.similarity`. projected: embeddings after `Metric.project`."""
    similarities = np.empty(len(pairs), np.float32)
    for start in range(0, len(pairs), BLOCK):
        block = slice(start, start + BLOCK)
        difference = projected[pairs.first[block]] - projected[pairs.second[block]]
        similarities[block] = 1 - np.einsum("ij,ij->i", difference, difference) / 2
    return similarities


def _lines(file: Path) -> list[tuple[int, list[str]]]:
    """Line number and fields of each line that isn't blank."""
    try:
        text = file.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise PhotoError(f"The pairs file {file} can't be read ({error.strerror}): check its permissions.") from error
    except ValueError as error:
        raise PhotoError(f"{file} is not a pairs file: use a text file like LFW's pairs.txt.") from error
    numbered = []
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip():
            # Names may contain spaces if the fields are separated by tabs.
            fields = line.split("\t") if "\t" in line else line.split()
            numbered.append((number, [field.strip() for field in fields]))
    return numbered


def _pair(file: Path, line: int, fields: list[str], fold: int) -> Pair:
    if len(fields) == 3:
        fields = [fields[0], fields[1], fields[0], fields[2]]
    numbers = [_number(field) for field in fields[1::2]]
    if len(fields) != 4 or numbers[0] is None or numbers[1] is None:
        raise PhotoError(f"{file}, line {line} is not a pair: write `NAME i j` or `NAME i OTHER_NAME j`.")
    return Pair(fields[0], numbers[0], fields[2], numbers[1], fields[0] == fields[2], fold)


def _number(field: str) -> int | None:
    """The field as a whole number from 1; None if it isn't one."""
    return int(field) if re.fullmatch(r"0*[1-9][0-9]{0,8}", field) else None


def _name_and_number(file: str) -> tuple[str, int]:
    """`NAME/NAME_0001.jpg` → (NAME, 1); the number is -1 if the file name has none."""
    path = PurePosixPath(file)
    number = re.search(r"[0-9]{1,9}$", path.stem)
    return path.parent.name, int(number[0]) if number else -1


def _drawn(
    first_partner: NDArray[np.intp], partners: NDArray[np.intp], most: int, random: np.random.Generator
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Pairs of a row and a partner, all or a sample of `most`.

    Row i has `partners[i]` partners, the rows from `first_partner[i]` on. A sample takes one pair at random from each
    of `most` equal stretches of the list of all pairs.
    """
    ends = np.cumsum(partners)
    total = int(ends[-1]) if len(ends) else 0
    starts = np.arange(min(most, total) + 1) * total // max(min(most, total), 1)
    chosen = starts[:-1] + (random.random(len(starts) - 1) * np.diff(starts)).astype(np.intp)
    row = np.searchsorted(ends, chosen, side="right")
    return row, first_partner[row] + chosen - (ends[row] - partners[row])
