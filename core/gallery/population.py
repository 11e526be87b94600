"""What the people seen without being named say of the population: one row of sums for each place.

A place is a camera or stream. Each function is part of a transaction on the given connection.
"""

from typing import Any

import numpy as np

from core.matching.population import Sample

_SUMS = "total, people, pair_sum, pairs, squares, freedom"


def seen(connection: Any, encoder: str, metric: str, place: str | None) -> Sample | None:
    """The sample of one place, or of all places together; None if nobody has been seen."""
    rows = connection.execute(
        f"SELECT {_SUMS} FROM population WHERE encoder = ? AND metric = ? AND (place = ? OR ? IS NULL) ORDER BY place",
        (encoder, metric, place, place),
    ).fetchall()
    samples = [Sample(np.frombuffer(total, np.float64), *sums) for total, *sums in rows]
    return sum(samples[1:], samples[0]) if samples else None


def add_seen(connection: Any, encoder: str, metric: str, place: str, added: Sample) -> None:
    """Adds what more people have said to a place's sums."""
    known = seen(connection, encoder, metric, place)
    total, *sums = (known + added if known else added).sums()
    connection.execute(
        f"INSERT OR REPLACE INTO population (encoder, metric, place, {_SUMS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (encoder, metric, place, total.tobytes(), *sums),
    )


def count_seen(connection: Any) -> int:
    """Votes of people seen, by the encoder that has the most of them."""
    row = connection.execute("SELECT sum(people) FROM population GROUP BY encoder, metric ORDER BY 1 DESC").fetchone()
    return int(row[0]) if row else 0
