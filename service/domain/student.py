"""Student's t distribution at whole degrees of freedom: exact by finite series, so that no library of statistics is
loaded for one number."""

import math

MOST = 5000  # degrees of freedom; beyond them the third digit after the point no longer moves


def within(t: float, freedom: int) -> float:
    """P(|T| ≤ t): Abramowitz and Stegun, *Handbook of Mathematical Functions* (1964), 26.7.3 for odd, 26.7.4 for even
    degrees of freedom, θ = atan(t / √ν)."""
    theta = math.atan(t / math.sqrt(freedom))
    cosine = math.cos(theta) ** 2
    odd = freedom % 2
    total, term = 0.0, math.cos(theta) if odd else 1.0
    for step in range(1, (freedom - 1) // 2 + 1 if odd else freedom // 2 + 1):
        total += term
        term *= cosine * (2 * step / (2 * step + 1) if odd else (2 * step - 1) / (2 * step))
    total *= math.sin(theta)
    return 2 / math.pi * (theta + total) if odd else total


def quantile(p: float, freedom: int) -> float:
    """The t with P(T ≤ t) = p, for p from 0.5 on. Raises ValueError without degrees of freedom."""
    if freedom < 1 or not 0.5 <= p < 1:
        raise ValueError(f"no quantile {p} at {freedom} degrees of freedom")
    freedom = min(freedom, MOST)
    low, high = 0.0, 1.0
    while within(high, freedom) < 2 * p - 1:
        low, high = high, 2 * high
    for _ in range(50):
        middle = (low + high) / 2
        low, high = (middle, high) if within(middle, freedom) < 2 * p - 1 else (low, middle)
    return (low + high) / 2
