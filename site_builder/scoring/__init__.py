"""From rules and incidents to figures that explain themselves: pure functions, exact decimals."""

from site_builder.scoring.examples import failing_examples
from site_builder.scoring.score import Charge, Parts, charge, score, scores

__all__ = ["Charge", "Parts", "charge", "failing_examples", "score", "scores"]
