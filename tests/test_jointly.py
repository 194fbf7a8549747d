"""A joint test over specifications: every pattern of signs by hand, its size where nothing is there, and its power."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from helpers.estimates import Estimate, from_influence, joint_test


def found(value, moved, names=None):
    names = np.arange(len(moved)) if names is None else np.asarray(names)
    return replace(from_influence(value, np.asarray(moved, dtype=float)), influence=(names, np.asarray(moved)))


def test_it_draws_what_all_patterns_of_signs_give():
    first, second = np.array([0.3, -0.1, 0.2, -0.4, 0.1, -0.1]), np.array([0.5, -0.2, 0.1, -0.6, 0.3, -0.1])
    estimates = [found(0.5, first), found(0.9, second)]
    weights = (first / np.sqrt(first @ first) + second / np.sqrt(second @ second)) / 2
    here = (0.5 / np.sqrt(first @ first) + 0.9 / np.sqrt(second @ second)) / 2
    by_hand = np.mean([abs(np.array(signs) @ weights) >= here for signs in product((-1, 1), repeat=6)])
    # a share of 1,999 draws strays by at most 0.034, three standard errors
    assert joint_test(estimates) == pytest.approx(by_hand, abs=0.034)
    assert 0.1 < by_hand < 0.9


def test_units_are_put_together_by_name():
    whole = [found(0.5, [0.3, -0.1, 0.2, -0.4]), found(0.5, [0.3, -0.1, 0.2, -0.4])]
    turned = [whole[0], found(0.5, [-0.4, 0.2, -0.1, 0.3], names=[3, 2, 1, 0])]
    assert joint_test(turned) == joint_test(whole)


def test_without_two_analyses_that_know_their_units_there_is_none():
    one = found(0.5, [0.3, -0.1, 0.2, -0.4])
    assert joint_test([one]) is None
    assert joint_test([one, from_influence(0.5, np.array([0.3, -0.1, 0.2, -0.4]))]) is None
    assert joint_test([one, Estimate.none(4)]) is None


def test_it_keeps_its_size_over_analyses_that_hang_together_and_units_of_unequal_spread():
    rng = np.random.default_rng(3)
    worlds, n = 400, 40
    p = []
    for _ in range(worlds):
        spread = np.exp(rng.normal(0, 0.8, n))  # units of unequal spread
        common = rng.normal(0, spread)
        values = [common + rng.normal(0, 0.5 * spread) for _ in range(6)]
        p.append(joint_test([found(v.mean(), (v - v.mean()) / (n - 1)) for v in values], flips=399))
    # 0.05 plus two Monte Carlo errors of 400 worlds, 0.011 each; and not a test that never rejects
    assert 0.02 < np.mean(np.array(p) <= 0.05) < 0.072


def test_it_finds_what_is_there():
    rng = np.random.default_rng(5)
    values = [rng.normal(0.6, 1, 40) for _ in range(6)]
    assert joint_test([found(v.mean(), (v - v.mean()) / 39) for v in values]) < 0.01
