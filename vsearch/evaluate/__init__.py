"""What a library's answers are worth, measured on queries whose answers are known."""

from vsearch.evaluate.ask import Ranking
from vsearch.evaluate.label_truth import LabelTruth, read_label_truth
from vsearch.evaluate.labels import LabelReport, evaluate_labels
from vsearch.evaluate.report import Report
from vsearch.evaluate.run import evaluate
from vsearch.evaluate.truth import Truth, read_truth

__all__ = [
    "LabelReport",
    "LabelTruth",
    "Ranking",
    "Report",
    "Truth",
    "evaluate",
    "evaluate_labels",
    "read_label_truth",
    "read_truth",
]
