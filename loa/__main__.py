"""``python -m loa``."""

from loa.cli import main

if __name__ == "__main__":
    main()
