"""Points are Decimals from the scalar's own text to the last page; no float ever holds one."""

from decimal import Context, Decimal, DivisionByZero, Inexact, InvalidOperation, Overflow

EXACT = Context(prec=400, traps=[Inexact, InvalidOperation, DivisionByZero, Overflow])
"""The context of every computation with points: wide enough for any input, and rounding is an error."""

ZERO = Decimal(0)


def plain(amount: Decimal) -> str:
    """Write an amount of points without exponent, trailing zeros or a negative zero: ``0.5``, ``20``, ``-0.7``."""
    text = format(amount, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text
