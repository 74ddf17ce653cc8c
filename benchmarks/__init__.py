"""What is measured, with its peers, in one run: `make bench`."""
