"""What is planted on account size?"""

from helpers.simulate.accounts import true_slopes
from helpers.simulate.worlds import world


def truths(name: str) -> dict[str, float]:
    """Say what is planted, by claim, signed as the claim is."""
    slopes = true_slopes(world(name))
    return {
        "size-like-rate-falls": -slopes["like_rate"],
        "size-comment-rate-falls": -slopes["comment_rate"],
        "size-comments-fall-faster": slopes["difference"],
    }
