"""A case: what is tried, as JSON that can be kept; the same for the same seed."""

import json
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random

from tests.fuzz.mutations import BASES, mutated
from tests.fuzz.odd import history, written
from tests.fuzz.trials import digest, tried_files, tried_history

SEEDS = Path(__file__).parent / "seeds"
HISTORIES = 8
"""One seed of so many makes a history."""

_base = cache(lambda name: BASES[name]())


@dataclass(frozen=True)
class Case:
    """Files of a base that are other ones, or a history."""

    described: dict

    @classmethod
    def of(cls, seed: int) -> "Case":
        random = Random(seed)
        if seed % HISTORIES == 0:
            return cls({"history": history(random)})
        name = "ours" if random.random() < 0.08 else "small"
        changed = mutated(random, _base(name))
        texts = {
            path: None if data is None else data.decode("utf-8", "surrogateescape") for path, data in changed.items()
        }
        return cls({"base": name, "files": texts})

    @classmethod
    def kept(cls, path: Path) -> "Case":
        return cls(json.loads(path.read_text(encoding="ascii")))

    def keep(self, name: str) -> Path:
        path = SEEDS / f"{name}.json"
        path.write_text(json.dumps(self.described, indent=1) + "\n", encoding="ascii")
        return path

    def tried(self) -> str:
        """The digest of the answer; raises what is wrong."""
        if "history" in self.described:
            with tempfile.TemporaryDirectory() as folder:
                return digest(tried_history(written(self.described["history"], Path(folder))))
        base = _base(self.described["base"])
        changed = {
            path: None if text is None else text.encode("utf-8", "surrogateescape")
            for path, text in self.described["files"].items()
        }
        after = {path: data for path, data in {**base, **changed}.items() if data is not None}
        return digest(tried_files(base, after))
