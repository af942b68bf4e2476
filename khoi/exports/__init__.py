"""Taking figures along: a table, a figure's cells or the answer to a query as an .xlsx, .csv or .parquet file.

Here: what was asked for (`asked`), what is said beside it (`notes`), one module a kind of file. Not here: how an answer
looks on a terminal (`khoi.cli`), what other tools open without asking (`khoi.warehouse.bi`).
"""
