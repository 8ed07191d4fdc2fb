"""Writing graphs: write objects to API items, in order, and deletion."""
