"""Labels of a set put on scenes, from the vectors that a library keeps."""
