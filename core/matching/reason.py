"""Explains why a face is not named."""

from core.types import RecognizedFace


def why_unnamed(face: RecognizedFace) -> str | None:
    """Why a face is not named and what would help, in a sentence or two; None if it is named."""
    decision = face.decision
    if decision.named:
        return None
    if not decision.candidates:
        return "Nobody is enrolled."
    if decision.obstacle:
        return decision.obstacle.remedy
    if not decision.threshold.reachable:
        return "This encoder can name nobody at so low a rate: choose a higher rate."
    closest = decision.candidates[0]
    if closest in decision.rejected:
        return f"The closest is {closest.name}, but this face is like one that is not {closest.name}'s."
    told = [f"The closest is {closest.name}, {closest.similarity:.2f} where {decision.needed:.2f} is needed."]
    return " ".join(told + [problem.remedy for problem in face.quality.problems])
