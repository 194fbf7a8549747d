"""Where does randomness come from? From a stream for each name, so that a new part of a world changes no other."""

import zlib

import numpy as np


def stream(seed: int, name: str) -> np.random.Generator:
    """Give the stream of random numbers that belongs to a name.

    Parameters
    ----------
    seed : int
        The world's seed.
    name : str
        Who draws from it.

    Returns
    -------
    numpy.random.Generator
        The same for the same seed and name.
    """
    return np.random.default_rng([seed, zlib.crc32(name.encode())])


def factors(spread: float | np.ndarray, size: int | tuple[int, ...], *, rng: np.random.Generator) -> np.ndarray:
    """Draw lognormal factors with mean 1, whose ln has the standard deviation `spread`."""
    return np.exp(spread * rng.standard_normal(size) - np.square(spread) / 2)
