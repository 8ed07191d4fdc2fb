"""What every project has from the start: the core model and the unit catalogue, global and read-only (contract §8, §9)."""
