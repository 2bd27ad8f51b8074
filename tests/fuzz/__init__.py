"""Mutated files and odd histories: whatever they hold, an answer, the same one each time, and nothing active on a page.

`python -m tests.fuzz SECONDS` looks for what breaks that (`make fuzz`); inputs that once did are kept in `seeds/`, and
`test_fuzz.py` tries them again.
"""
