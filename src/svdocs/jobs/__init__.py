"""Work on many documents: worker processes, imports and reprocessing."""
