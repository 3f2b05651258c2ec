"""The benchmark: what this machine measures, always beside something to compare with."""
