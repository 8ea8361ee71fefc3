"""Functions on numbers in Python: bases, distributions, histograms, choices of elements.

Source: Trino's MathFunctions, NumericHistogram, WilsonInterval and Apache Commons Math, checked
2026-11.
"""

import math
from itertools import combinations
from statistics import NormalDist

from lakehouse.local_aws.athena.python_function import PythonFunction, failure

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


def to_base(number: int, radix: int) -> str:
    """to_base."""
    _check_radix(radix)
    digits, rest = "", abs(number)
    while rest:
        rest, digit = divmod(rest, radix)
        digits = _DIGITS[digit] + digits
    return ("-" if number < 0 else "") + (digits or "0")


def from_base(text: str, radix: int) -> int:
    """from_base."""
    _check_radix(radix)
    try:
        if not text.lstrip("+-").isalnum():
            raise ValueError(text)
        number = int(text, radix)
    except ValueError as error:
        raise failure(f"Not a valid base-{radix} number: {text}") from error
    if not -(2**63) <= number < 2**63:
        raise failure(f"Not a valid base-{radix} number: {text}")
    return number


def _check_radix(radix: int) -> None:
    if not 2 <= radix <= 36:
        raise failure("Radix must be between 2 and 36")


def width_bucket(value: float, low: float, high: float, count: int) -> int:
    """width_bucket(x, bound1, bound2, n)."""
    if count <= 0:
        raise failure("bucketCount must be greater than 0")
    if math.isnan(value):
        raise failure("operand must not be NaN")
    if not (math.isfinite(low) and math.isfinite(high)):
        raise failure("first bound must be finite" if not math.isfinite(low) else
                      "second bound must be finite")  # fmt: skip
    if low == high:
        raise failure("bounds cannot equal each other")
    lower, upper = min(low, high), max(low, high)
    if value < lower:
        bucket = 0
    elif value >= upper:
        bucket = count + 1
    else:
        bucket = int(count * (value - lower) / (upper - lower)) + 1
    return count - bucket + 1 if low > high else bucket


def bucket_of(value: float, bins: list[float]) -> int:
    """width_bucket(x, bins)."""
    if not bins:
        raise failure("Bins cannot be an empty array")
    if math.isnan(value):
        raise failure("Operand cannot be NaN")
    low, high = 0, len(bins)
    while low < high:
        if bins[low] > bins[high - 1]:
            raise failure("Bin values are not sorted in ascending order")
        middle = (low + high) // 2
        if value < bins[middle]:
            high = middle
        else:
            low = middle + 1
    return low


def cube_root(value: float) -> float:
    """cbrt: exact where the root is whole."""
    root = math.cbrt(value)
    whole = round(root) if math.isfinite(root) else 0
    return float(whole) if whole**3 == value and value != 0 else root


def normal_cdf(mean: float, deviation: float, value: float) -> float:
    """normal_cdf."""
    if deviation <= 0:
        raise failure("standardDeviation must be > 0")
    return NormalDist(mean, deviation).cdf(value)


def inverse_normal_cdf(mean: float, deviation: float, probability: float) -> float:
    """inverse_normal_cdf."""
    if not 0 < probability < 1:
        raise failure("p must be 0 > p > 1")
    if deviation <= 0:
        raise failure("sd must be > 0")
    return NormalDist(mean, deviation).inv_cdf(probability)


def wilson(successes: int, trials: int, z: float, sign: int) -> float:
    """A bound of the Wilson score interval."""
    if successes < 0:
        raise failure("number of successes must not be negative")
    if trials <= 0:
        raise failure("number of trials must be positive")
    if successes > trials:
        raise failure("number of successes must not be larger than number of trials")
    if z < 0:
        raise failure("z-score must not be negative")
    share = successes / trials
    middle = share + z * z / (2 * trials)
    half = z * math.sqrt(share * (1 - share) / trials + z * z / (4 * trials * trials))
    return (middle + sign * half) / (1 + z * z / trials)


def combination_indexes(size: int, count: int) -> list[list[int]]:
    """The positions of each combination, in Trino's order."""
    if not 0 <= count <= 5:
        raise failure(f"combination size must not be greater than 5: {count}" if count > 5 else
                      f"combination size must not be negative: {count}")  # fmt: skip
    if math.comb(size, count) > 100_000:
        raise failure("combinations exceed max size of 100000")
    found = [list(c) for c in combinations(range(1, size + 1), count)]
    return sorted(found, key=lambda c: c[::-1])


def numeric_histogram(
    count: int, values: list[float], weights: list[float] | None
) -> dict[float, float] | None:
    """numeric_histogram: the nearest buckets are merged until `count` are left."""
    if count < 2:
        raise failure("numeric_histogram bucket count must be greater than one")
    if not values:
        return None
    pairs: dict[float, float] = {}
    for value, weight in zip(values, weights or [1.0] * len(values), strict=True):
        pairs[value] = pairs.get(value, 0.0) + weight
    buckets = sorted(pairs.items())
    while len(buckets) > count:
        index = min(range(len(buckets) - 1), key=lambda i: buckets[i + 1][0] - buckets[i][0])
        (one, a), (two, b) = buckets[index : index + 2]
        buckets[index : index + 2] = [((one * a + two * b) / (a + b), a + b)]
    return dict(buckets)


def weighted_percentile(
    values: list[float | None] | None, weights: list[float | None] | None, share: float | None
) -> float | None:
    """The first value at which that share of the weights is reached."""
    found = weighted_percentiles(values, weights, [share or 0.0])
    return None if found is None else found[0]


def weighted_percentiles(
    values: list[float | None] | None, weights: list[float | None] | None, shares: list[float]
) -> list[float] | None:
    """approx_percentile(x, w, percentages), exact."""
    pairs = sorted(
        (v, w) for v, w in zip(values or [], weights or [], strict=True)
        if v is not None and w is not None
    )  # fmt: skip
    if any(w <= 0 for _, w in pairs):
        raise failure("percentile weight must be > 0")
    if any(not 0 <= share <= 1 for share in shares):
        raise failure("Percentile must be between 0 and 1")
    total = sum(w for _, w in pairs)
    return [_reached(pairs, share * total) for share in shares] if pairs else None


def _reached(pairs: list[tuple[float, float]], wanted: float) -> float:
    weight = 0.0
    for value, part in pairs:
        weight += part
        if weight >= wanted:
            return value
    return pairs[-1][0]


_LISTS = ("DOUBLE[]", "DOUBLE[]")
FUNCTIONS: dict[str, PythonFunction] = {
    "py_cbrt": PythonFunction(("DOUBLE",), "DOUBLE", cube_root),
    "py_to_base": PythonFunction(("BIGINT", "BIGINT"), "VARCHAR", to_base),
    "py_from_base": PythonFunction(("VARCHAR", "BIGINT"), "BIGINT", from_base),
    "py_width_bucket": PythonFunction(
        ("DOUBLE", "DOUBLE", "DOUBLE", "BIGINT"), "BIGINT", width_bucket
    ),
    "py_bucket_of": PythonFunction(("DOUBLE", "DOUBLE[]"), "BIGINT", bucket_of),
    "py_normal_cdf": PythonFunction(("DOUBLE",) * 3, "DOUBLE", normal_cdf),
    "py_inverse_normal_cdf": PythonFunction(("DOUBLE",) * 3, "DOUBLE", inverse_normal_cdf),
    "py_wilson": PythonFunction(("BIGINT", "BIGINT", "DOUBLE", "BIGINT"), "DOUBLE", wilson),
    "py_combinations": PythonFunction(("BIGINT", "BIGINT"), "BIGINT[][]", combination_indexes),
    "py_weighted_percentile": PythonFunction(
        (*_LISTS, "DOUBLE"), "DOUBLE", weighted_percentile, nulls=True
    ),
    "py_weighted_percentiles": PythonFunction(
        (*_LISTS, "DOUBLE[]"), "DOUBLE[]", weighted_percentiles, nulls=True
    ),
    "py_numeric_histogram": PythonFunction(
        ("BIGINT", "DOUBLE[]", "DOUBLE[]"), "MAP(DOUBLE, DOUBLE)", numeric_histogram, nulls=True
    ),
}
