"""How many examples a property is tried with: a quarter in `make test`, all of them where `KAOHE_EXAMPLES` is `all`."""

import os

from hypothesis import settings

SHARE = 1 if os.environ.get("KAOHE_EXAMPLES") == "all" else 4


def examples(number: int) -> settings:
    """So many examples in `make long` and `make coverage`."""
    return settings(max_examples=number // SHARE)
