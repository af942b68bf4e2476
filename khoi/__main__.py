"""`python -m khoi`: the command line where no script `khoi` is on the path."""

from khoi.cli import app

app(prog_name="khoi")
