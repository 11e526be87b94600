"""Catalogue of the lesson's figures, which can be listed without importing anything that draws."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Entry:
    """A figure."""

    about: str
    """What it shows, in one line."""
    folder: bool = False
    """Whether it needs a folder of people's pictures."""
    encoder: bool = False
    """Whether it shows an encoder, which can be chosen."""


CATALOGUE = {
    "neighbours": Entry("Nearest neighbours in the plane: who would be named at each point, by k and vote weights."),
    "ellipse": Entry("Euclidean circles and Mahalanobis ellipses on the same points, and the points after W."),
    "siamese": Entry("The Siamese network: two pictures, one set of weights, one distance.", encoder=True),
    "contrastive": Entry("The contrastive loss by the distance of a pair, linear and squared, with its dead zone."),
    "triplet": Entry("The triplet loss: which triplets are hard, semi-hard and easy."),
    "pairs": Entry("Distances of pairs before and after training; trains first, unless given an encoder.", True, True),
    "tradeoff": Entry("False-match and false-non-match rates by threshold.", True, True),
    "ways": Entry("One-shot accuracy by the number of people to choose from.", True, True),
    "threshold": Entry("The threshold, which rises with the gallery, and the cost of a fixed one.", encoder=True),
}
"""The figures, by name."""
