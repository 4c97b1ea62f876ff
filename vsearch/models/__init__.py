"""What a model is, where its weights come from, and how they are checked."""
