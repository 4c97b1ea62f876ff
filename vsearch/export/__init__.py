"""What is found and said, written for other programs."""
