"""How large a gallery may get before nobody can be named, as calibrating and training report it."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from core.matching.curve import ImpostorCurve


def reach_record(curve: "ImpostorCurve") -> list[dict[str, float | int | None]]:
    """For each rate, the most photos that may be enrolled for anybody to be named; null if a million are not too many.

    For JSON.
    """
    from core.matching.reach import reach_of

    return [{"rate": each.rate, "most_photos": each.photos} for each in reach_of(curve)]


def tell_reach(curve: "ImpostorCurve") -> None:
    """Prints at which rates and gallery sizes nobody can be named, if there are any."""
    from core.matching.reach import reach_of, told

    sentence = told(reach_of(curve))
    if sentence:
        print(sentence)
