"""Which parts of a rule book could not be read: what is missing because of them is no further problem."""


class Broken:
    """The ids of sections and clauses that could not be read whole; the empty id stands for the rule book itself."""

    def __init__(self) -> None:
        self._parts: set[str] = set()

    def __bool__(self) -> bool:
        return bool(self._parts)

    def __contains__(self, part: str) -> bool:
        return part in self._parts

    def add(self, part: str) -> None:
        """Note that something of the section or clause could not be read."""
        self._parts.add(part)

    def add_words(self, identifier: str) -> None:
        """Note that what stands at the section or item itself, its title, points or text, could not be read."""
        self._parts.add(f"{identifier}#")

    def may_hold(self, identifier: str) -> bool:
        """Whether an id that nothing has may belong to what could not be read."""
        return any(_is_inside(identifier, part) for part in self._parts)

    def touches(self, identifier: str) -> bool:
        """Whether something at, around or inside the section or item could not be read."""
        return self.may_hold(identifier) or any(_is_inside(part, identifier) for part in self._parts)


def _is_inside(identifier: str, section: str) -> bool:
    return not section or identifier == section or identifier.startswith((section + ".", section + "#"))
