"""How much the lessons cost beside the bare SDK: scripts to run by hand. See README.md."""
