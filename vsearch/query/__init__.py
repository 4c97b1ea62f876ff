"""From a question to moments."""
