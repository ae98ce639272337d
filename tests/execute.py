"""The recorder calls this until it moves to `helpers.upkeep`."""

from helpers.upkeep.execute import main

if __name__ == "__main__":
    main()
