"""Why a face has no name, in a sentence or two."""

from core.types import RecognizedFace


def why_unnamed(face: RecognizedFace) -> str | None:
    """What stands against naming it, and what would mend that; None for a face that has a name."""
    decision = face.decision
    if decision.named:
        return None
    if not decision.candidates:
        return "Nobody is enrolled."
    if decision.obstacle:
        return decision.obstacle.remedy
    if not decision.threshold.reachable:
        return "At so rare a rate nobody can be named with this encoder: ask for less."
    closest = decision.candidates[0]
    told = [f"The closest is {closest.name}, {closest.similarity:.2f} where {decision.needed:.2f} is needed."]
    return " ".join(told + [problem.remedy for problem in face.quality.problems])
