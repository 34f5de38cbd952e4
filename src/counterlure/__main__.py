"""`python -m counterlure` is the command line."""

from counterlure.cli import main

if __name__ == "__main__":
    main()
