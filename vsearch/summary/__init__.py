"""What a video says and shows, told shortly: chapters, storyboards, key sentences."""
