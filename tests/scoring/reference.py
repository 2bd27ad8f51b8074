"""A slow, obvious scorer: the design's chapter "What a score is" read aloud, in fractions and plain loops.

It shares no code with the real one. Rules and records are plain dictionaries:

    sections: id → points (or None); clauses: id → {amount, per, limit, once, case}; items: id → section
    incident: {id, department, item, clause, date, counts, case, deduction, withdrawn}
"""

from fractions import Fraction


def gross(clause, incident):
    """The clause's amount × each count of its units; the stated amount where it is left open."""
    if clause["amount"] is None:
        return Fraction(incident["deduction"])
    value = Fraction(clause["amount"])
    for unit in clause["per"]:
        if unit not in ("item", "case"):
            value *= Fraction(incident["counts"].get(unit, 1))
    return value


def rivals(book, incidents, incident):
    """The incidents with which this one does not cumulate, itself included."""
    clause = book["clauses"][incident["clause"]]
    section = book["items"][incident["item"]]
    found = []
    for other in incidents:
        if other["withdrawn"] or other["department"] != incident["department"]:
            continue
        other_clause = book["clauses"][other["clause"]]
        same_clause = other["clause"] == incident["clause"]
        once = clause["once"] and same_clause and other["item"] == incident["item"]
        unlimited = clause["limit"] is None and other_clause["limit"] is None
        of_case = (
            clause["case"]
            and other_clause["case"]
            and other["case"] == incident["case"]
            and book["items"][other["item"]] == section
            and (same_clause or unlimited)
        )
        if once or of_case:
            found.append(other)
    return found


def counted(book, incidents):
    """What each incident counts, by id."""
    values = {}
    for incident in incidents:
        value = gross(book["clauses"][incident["clause"]], incident)
        for other in rivals(book, incidents, incident):
            theirs = gross(book["clauses"][other["clause"]], other)
            earlier = (other["date"], other["id"]) < (incident["date"], incident["id"])
            if theirs > value or (theirs == value and earlier):
                value = Fraction(0)
                break
        values[incident["id"]] = Fraction(0) if incident["withdrawn"] else value
    for bound in bounds(book):
        values = within(book, incidents, values, bound)
    return values


def bounds(book):
    """Clause limits first, then sections, the deepest first."""
    yield from (("clause", name) for name, clause in book["clauses"].items() if clause["limit"] is not None)
    deepest_first = sorted(book["sections"], key=lambda name: -name.count("."))
    yield from (("section", name) for name in deepest_first if book["sections"][name] is not None)


def within(book, incidents, values, bound):
    """The values after one limit: for each department the earlier incidents are counted first."""
    kind, name = bound
    limit = Fraction(book["clauses"][name]["limit"] if kind == "clause" else book["sections"][name])
    result = dict(values)
    for department in {incident["department"] for incident in incidents}:
        left = limit
        for incident in sorted(incidents, key=lambda one: (one["date"], one["id"])):
            section = book["items"][incident["item"]]
            inside = incident["clause"] == name if kind == "clause" else f"{section}.".startswith(name + ".")
            if incident["department"] == department and inside:
                result[incident["id"]] = min(values[incident["id"]], left)
                left -= result[incident["id"]]
    return result


def section_deducted(book, incidents, values, department, name):
    """What a department lost in a section, those inside included."""
    return sum(
        (
            values[incident["id"]]
            for incident in incidents
            if incident["department"] == department and f"{book['items'][incident['item']]}.".startswith(name + ".")
        ),
        Fraction(0),
    )
