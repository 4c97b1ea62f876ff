"""From a video file to rows of the index: one file per arrow, named in build.py."""
