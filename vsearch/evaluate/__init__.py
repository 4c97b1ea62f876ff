"""What a library's answers are worth, measured on queries whose answers are known."""

from vsearch.evaluate.ask import Ranking
from vsearch.evaluate.report import Report
from vsearch.evaluate.run import evaluate
from vsearch.evaluate.truth import Truth, read_truth

__all__ = ["Ranking", "Report", "Truth", "evaluate", "read_truth"]
