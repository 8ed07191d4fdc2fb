"""Measurements, side by side with the peers and the floor, in one run: `python -m benchmarks --help`.

Nothing here is a test: machines are shared and noisy, so figures are ratios of medians from interleaved runs in fresh
processes. See docs/benchmarks.md for what they say.
"""
