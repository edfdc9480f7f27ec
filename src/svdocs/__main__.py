"""`python -m svdocs` is `svdocs`."""

from svdocs.cli.main import main

if __name__ == "__main__":
    main()
