"""Within which limits does a share lie?"""

import math

from scipy import special


def wilson(share: float, *, n: float, level: float = 0.95, design_effect: float = 1.0) -> tuple[float, float]:
    """Give Wilson's score interval of a share.

    Unlike the share plus and minus its standard error it stays between 0 and 1 and holds in small samples and near
    the ends.

    Parameters
    ----------
    share : float
        The share observed, 0 to 1.
    n : float
        Persons asked, or other units; or an effective number of them.
    level : float, default 0.95
        How often the interval is to hold the truth.
    design_effect : float, default 1.0
        How many times larger the variance is than that of a simple random sample: quotas, weights and clusters
        usually make it 1.5 to 3.

    Returns
    -------
    tuple of float
        Lower and upper end.

    References
    ----------
    Wilson, E. B. (1927). Probable inference, the law of succession, and statistical inference. Journal of the
    American Statistical Association 22.
    Kish, L. (1965). Survey Sampling. Wiley.

    Examples
    --------
    >>> [round(end, 3) for end in wilson(0.69, n=1000)]
    [0.661, 0.718]
    """
    if not 0 <= share <= 1 or n <= 0:
        raise ValueError(f"a share lies between 0 and 1 and needs persons; {share} of {n} came")
    z, size = float(special.ndtri(0.5 + level / 2)), n / design_effect
    centre = (share + z**2 / (2 * size)) / (1 + z**2 / size)
    reach = z / (1 + z**2 / size) * math.sqrt(share * (1 - share) / size + z**2 / (4 * size**2))
    return max(0.0, centre - reach), min(1.0, centre + reach)
