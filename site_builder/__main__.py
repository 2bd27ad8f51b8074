"""`python -m site_builder` is the same as the command `kaohe`."""

from site_builder.cli import main

if __name__ == "__main__":
    main()
