"""python -m vsearch is the vsearch command."""

from vsearch.cli import main

if __name__ == "__main__":
    main()
