"""Faults put into the code one at a time, each of which some test must notice (`make mutants`).

Ours, because what exists does not fit: mutmut knows no mutants of a module's own lines, and names its mutants by
numbers that every change of the code shifts; cosmic-ray runs every test for every mutant.
"""
