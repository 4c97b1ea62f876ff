"""Names and numbers of a question that a video does not know make it another question."""

from __future__ import annotations

import pytest

from vsearch.answer.subjects import foreign_share

TEXTS = ("station", "The train to Birmingham leaves from platform 7.", "Forty two people waited.")


@pytest.mark.parametrize(
    ("question", "share"),
    [
        ("When does the train to Birmingham leave?", 0),
        ("When does the train to London leave?", 1),
        ("Does the train to Birmingham leave from platform 9?", 0.5),
        ("Does the train leave from platform seven?", 0),
        ("How many of the 42 people waited?", 0),
        ("Who are the 43 people?", 1),
        ("Where is the train? Why is it late?", 0),
        ("Is there one train?", 0),
        ("WHEN DOES THE TRAIN LEAVE", 0),
        ("", 0),
        ("Fährt der Zug vom Bahnhof?", 0),
    ],
)
def test_what_a_video_does_not_know_is_foreign_to_it(question: str, share: float) -> None:
    assert foreign_share(question, TEXTS) == share
