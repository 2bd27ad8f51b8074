"""From rules and incidents to figures that explain themselves: pure functions, exact decimals."""

from site_builder.scoring.examples import failing_examples
from site_builder.scoring.score import score

__all__ = ["failing_examples", "score"]
