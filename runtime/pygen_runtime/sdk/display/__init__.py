"""How objects, lists and clients show themselves in terminals and notebooks."""
