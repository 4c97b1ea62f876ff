"""Clips out of videos: what is cut, how it is joined, and the file that comes of it."""
