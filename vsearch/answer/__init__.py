"""Questions about videos -> answers that cite where they were found, or no answer."""
