"""`tandem`: what an operator or a marketer types. One command a file, in `commands`."""
