"""The figures there are, by name: light enough to list without loading anything that draws."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Entry:
    """One figure."""

    about: str
    """What it shows, in one line."""
    folder: bool = False
    """Whether it is made of pictures, and needs a folder of people."""
    encoder: bool = False
    """Whether it shows something of an encoder, which may be given."""


CATALOGUE = {
    "neighbours": Entry("Nearest neighbours in the plane: who is named everywhere, by k and by the weight of a vote."),
    "ellipse": Entry("Euclid's circle and Mahalanobis's ellipse on the same points, and the points after W."),
    "siamese": Entry("The Siamese arrangement: two pictures, one set of weights, one distance.", encoder=True),
    "contrastive": Entry("The contrastive loss over the distance of a pair, linear and squared, with its dead zone."),
    "triplet": Entry("The triplet loss: which triplets are hard, semi-hard and easy."),
    "pairs": Entry("Distances of pairs before and after training; trains, unless given an encoder.", True, True),
    "tradeoff": Entry("False matches and false non-matches over the threshold.", True, True),
    "ways": Entry("One-shot accuracy over the number of people to choose from.", True, True),
    "threshold": Entry("The threshold that grows with the gallery, and what a fixed one would cost.", encoder=True),
}
