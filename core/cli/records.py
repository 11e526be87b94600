"""What commands print as JSON about faces and people."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from core.importing.judging import Judged
    from core.importing.storing import Stored
    from core.recognizer import Enrollment
    from core.types import Recognition, RecognizedFace


def enrollment_record(done: "Enrollment") -> dict[str, Any]:
    """A person enrolled from a photo."""
    quality = asdict(done.face.quality) | {"problems": [str(problem) for problem in done.face.quality.problems]}
    closest = {"name": done.closest.name, "similarity": done.closest.similarity} if done.closest else None
    return {
        "person": done.person.id,
        "name": done.person.name,
        "template": done.template.id,
        "face": {"box": list(done.face.face.box), "score": done.face.face.score},
        "faces": done.faces,
        "quality": quality,
        "doubts": [{"kind": str(doubt.kind), "question": doubt.question} for doubt in done.doubts],
        "closest": closest,
    }


def imported_record(judged: "Judged", stored: "Stored | None") -> dict[str, Any]:
    """A photo of an import. stored: what it became; None if it was left out."""
    read, close = judged.read, judged.close
    return {
        "photo": str(read.photo),
        "name": read.name or None,
        "found": str(judged.finding),
        "enrolled_as": read.already or judged.known or None,
        "faces": read.faces,
        "quality": read.quality if judged.has_face else None,
        "problems": [str(problem) for problem in read.problems],
        "doubts": [{"kind": str(doubt.kind), "question": doubt.question} for doubt in judged.doubts],
        "closest": {"name": close.name, "similarity": close.similarity} if close else None,
        "error": read.trouble or None,
        "person": stored.person.id if stored else None,
        "template": stored.template.id if stored else None,
    }


def face_record(face: "RecognizedFace") -> dict[str, Any]:
    """A face in a photo."""
    from core.matching.reason import why_unnamed

    decision = face.decision
    voters = [
        {
            "name": v.candidate.name,
            "template": v.candidate.template,
            "similarity": v.candidate.similarity,
            "weight": v.weight,
        }
        for v in decision.voters
    ]
    return {
        "box": list(face.face.box),
        "name": decision.name,
        "similarity": decision.similarity,
        "threshold": decision.threshold.similarity,
        "certainty": str(decision.certainty),
        "why": why_unnamed(face),
        "problems": [str(problem) for problem in face.quality.problems],
        "candidates": [{"name": c.name, "similarity": c.similarity} for c in decision.candidates],
        "voters": voters,
    }


def frame_record(result: "Recognition") -> dict[str, Any]:
    """A frame of a live view."""
    return {
        "frame": result.frame.index,
        "time": result.frame.time,
        "faces": [
            {
                "box": list(face.face.box),
                "track": face.track,
                "name": face.decision.name,
                "similarity": face.decision.similarity,
                "certainty": str(face.decision.certainty),
                "problems": [str(problem) for problem in face.quality.problems],
            }
            for face in result.faces
        ],
    }
