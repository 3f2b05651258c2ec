"""`python -m tests.accuracy`."""

from tests.accuracy.command import main

if __name__ == "__main__":
    main(prog_name="python -m tests.accuracy")
