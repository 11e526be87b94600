"""The page *What the promise means*, in plain words."""

from PySide6.QtWidgets import QWidget

from gui.help.page import HelpPage


class Promise(HelpPage):
    """What the sensitivity promises, what that depends on, and what stays uncertain."""

    def __init__(self, now: str, parent: QWidget | None = None) -> None:
        """now: what the sensitivity says of the gallery in use."""
        super().__init__(
            self.tr("What the promise means"),
            [
                (
                    self.tr("At most 1 in 100 strangers is named"),
                    self.tr(
                        "A stranger is anybody who isn't enrolled. “Normal” means: of a hundred different strangers "
                        "who come before the camera, one on average may be given a name of your list. “Strict” allows "
                        "one in 1,000, “Very strict” one in 10,000. The price is on the other side: the stricter, the "
                        "more alike a face has to be, and the more often somebody enrolled stays “Unknown” for a "
                        "while. Nobody is ever named because they are merely the closest."
                    ),
                ),
                (self.tr("Right now"), now),
                (
                    self.tr("How many are enrolled counts"),
                    self.tr(
                        "Each photo enrolled is one more that a stranger may resemble by chance. So the similarity "
                        "needed rises with the number of photos, and the promise stays what it is, with one person "
                        "enrolled as with ten thousand."
                    ),
                ),
                (
                    self.tr("Who comes here counts"),
                    self.tr(
                        "Strangers of one family, age or origin, before one camera, are more alike than people of a "
                        "crowd. Firstsight learns how alike people are here from those enrolled and those seen. While "
                        "hardly anybody is known, it asks for more similarity than it would need, and says so. Of "
                        "people who are seen and not enrolled, only sums over several are kept: “Where your data is” "
                        "says more."
                    ),
                ),
                (
                    self.tr("What was measured"),
                    self.tr(
                        "In the project's tests with 1 in 100 asked (docs/accuracy.md has the tables, and how to "
                        "repeat them): in public photos of people in the news, 1.0 to 1.1 % of strangers were named "
                        "with one person enrolled, and 98 % or more of clear pictures of those enrolled got their "
                        "name; in pictures as poor webcams give them, 77 to 87 % in a single picture, and 94 % when 15 "
                        "pictures of a face are pooled, as the live view does. Among people who are alike (film stars, "
                        "students, men of one age), 0 to 1.5 % of strangers were named, where a crowd's threshold "
                        "named 7 to 29 %; of the pictures of those enrolled, 48 to 100 % got their name there."
                    ),
                ),
                (
                    self.tr("What stays uncertain"),
                    self.tr(
                        "The promise is an average over strangers, not a guarantee for each: twins and close relatives "
                        "are the strangers most likely to be named, and one of them may be named every day. A photo "
                        "held before the camera counts as the person. Where one person is enrolled and nobody has been "
                        "seen yet, strangers who are more alike than any measured may be named more often than asked. "
                        "A name is evidence, not proof: don't open a door by it alone."
                    ),
                ),
            ],
            parent,
        )
