"""What does everything else stand on: refusals, words, times, progress, freshness."""
