"""How does a reader see it? The pages of notebooks, runs and batches."""
