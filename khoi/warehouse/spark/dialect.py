"""DuckDB's SQL as Spark's: the models are written once, and what dbt renders for Spark is translated here.

sqlglot knows both dialects and most of their differences. What it leaves alone, or what means something else there
without an error, stands here, one function a difference (docs/decisions/0079-the-same-models-on-spark.md lists them).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import reduce

from sqlglot import exp, parse_one

Columns = Callable[[str, str], list[str]]
"""The columns, in their order, of the table with this schema and name."""

_WHOLE = {exp.DataType.Type.INT, exp.DataType.Type.BIGINT, exp.DataType.Type.SMALLINT, exp.DataType.Type.INT128}


def to_spark(sql: str, columns: Columns) -> str:
    """``sql`` of DuckDB in Spark's words; ``columns`` is asked where a star or a union goes by names.

    Raises sqlglot.errors.ParseError for what is no SQL of DuckDB, UntranslatedError for what Spark has no words for.
    """
    tree = parse_one(sql, read="duckdb")
    _refuse(tree)
    known = _Known(columns)
    for query in list(_queries(tree)):
        known.learn(query)
        _walk_without_return(query, known)
    for star in list(tree.find_all(exp.Star)):
        if star.args.get("replace"):
            _spell_out(star, known)
    for union in reversed(list(tree.find_all(exp.Union))):
        if union.args.get("by_name"):
            _by_position(union, known)
    for select in list(tree.find_all(exp.Select)):
        _generators_beside(select)
        around = _qualify_by_source(select)
        tree = around if select is tree else tree
    return tree.transform(_same_meaning).sql(dialect="spark")


class UntranslatedError(ValueError):
    """A construct of DuckDB that has no translation; the message names it."""


def _refuse(tree: exp.Expr) -> None:
    for join in tree.find_all(exp.Join):
        if join.method == "ASOF":
            raise UntranslatedError(f"Spark has no asof join; write it as a join and a window: {join.sql('duckdb')}")


def _walk_without_return(cte: exp.CTE, known: _Known) -> None:
    """A recursion by ``union``, which ends when nothing new is found: Spark repeats by ``union all`` only.

    Every row carries the rows it came by, and none is entered twice; what was reached is then told once. One row must
    come from one row of the recursion before, as it does wherever the recursion is read once.
    """
    union = cte.this
    if not (isinstance(union, exp.Union) and union.args.get("distinct") and _reads(union.expression, cte.alias)):
        return
    name, names, with_ = cte.alias, known.of(union), cte.find_ancestor(exp.With)
    assert with_ is not None
    again = union.expression
    for table in again.find_all(exp.Table):
        if table.name == name and not table.db:
            table.replace(exp.to_table(f"{name}_walked").as_(table.alias or name))
    row = _row(names, [item.unalias() for item in again.expressions])
    seen = exp.column("walked_by", table=name)
    again.select(exp.alias_(exp.Anonymous(this="ARRAY_APPEND", expressions=[seen, row]), "walked_by"), copy=False)
    met = exp.Anonymous(this="ARRAY_CONTAINS", expressions=[seen.copy(), row.copy()])
    again.where(exp.not_(met), copy=False)
    first = exp.Array(expressions=[_row(names, [exp.column(one) for one in names])])
    begun = exp.select(*names, exp.alias_(first, "walked_by")).from_(union.this.subquery("begun"))
    walked = exp.Union(this=begun, expression=again, distinct=False)
    told = exp.select(*names).distinct().from_(f"{name}_walked")
    cte.set("this", told)
    place = with_.expressions.index(cte)
    before = exp.CTE(this=walked, alias=exp.TableAlias(this=exp.to_identifier(f"{name}_walked")))
    with_.set("expressions", [*with_.expressions[:place], before, *with_.expressions[place:]])


def _row(names: list[str], values: list[exp.Expr]) -> exp.Expr:
    pairs = [
        part for name, value in zip(names, values, strict=True) for part in (exp.Literal.string(name), value.copy())
    ]
    return exp.Anonymous(this="NAMED_STRUCT", expressions=pairs)


def _reads(query: exp.Expr, name: str) -> bool:
    return any(table.name == name and not table.db for table in query.find_all(exp.Table))


def _queries(tree: exp.Expr) -> Iterator[exp.CTE]:
    """Every common table expression, in the order in which they stand."""
    for with_ in tree.find_all(exp.With):
        yield from with_.expressions


class _Known:
    """The columns of what a query can read: its common table expressions, and tables by asking."""

    def __init__(self, columns: Columns) -> None:
        self._columns = columns
        self._named: dict[str, list[str]] = {}

    def learn(self, cte: exp.CTE) -> None:
        """Remember the columns of ``cte``; those before it are known, of a recursive one its first part says them."""
        self._named[cte.alias] = self.of(cte.this)

    def of(self, query: exp.Expr) -> list[str]:
        """The columns that ``query`` gives, in their order."""
        if isinstance(query, exp.Subquery):
            return self.of(query.this)
        if isinstance(query, exp.SetOperation):
            left = self.of(query.this)
            if not query.args.get("by_name"):
                return left
            return left + [name for name in self.of(query.expression) if name not in left]
        return [name for item in query.expressions for name in self._given(item, query)]

    def _given(self, item: exp.Expr, select: exp.Expr) -> list[str]:
        star = item.this if isinstance(item, exp.Column) else item
        if not isinstance(star, exp.Star):
            return [item.alias_or_name]
        left_out = {column.name for column in star.args.get("except_") or star.args.get("except") or ()}
        return [name for name in self.read_by(select, item) if name not in left_out]

    def read_by(self, select: exp.Expr, item: exp.Expr) -> list[str]:
        """The columns that the star ``item`` of ``select`` stands for, before any is left out."""
        wanted = item.table if isinstance(item, exp.Column) else ""
        sources = [select.args.get("from_") or select.args.get("from"), *(select.args.get("joins") or ())]
        return [
            name
            for source in sources
            if source is not None and wanted in ("", source.this.alias_or_name)
            for name in self._of_source(source.this)
        ]

    def _of_source(self, source: exp.Expr) -> list[str]:
        if isinstance(source, exp.Table):
            return self._columns(source.db, source.name) if source.db else self._named[source.name]
        if isinstance(source, exp.Values):
            return [column.name for column in source.args["alias"].columns]
        return self.of(source)


def _spell_out(star: exp.Star, known: _Known) -> None:
    """``* replace (x as y)`` as the columns it stands for; Spark can leave columns out and cannot replace them."""
    item = star.parent if isinstance(star.parent, exp.Column) else star
    select = item.parent
    assert select is not None
    left_out = {column.name for column in star.args.get("except_") or star.args.get("except") or ()}
    instead = {alias.alias: alias for alias in star.args["replace"]}
    table = item.args.get("table") if isinstance(item, exp.Column) else None
    spelt: list[exp.Expr] = []
    for name in known.read_by(select, item):
        if name not in left_out:
            spelt.append(instead.get(name, exp.column(name, table=table.copy() if table else None)).copy())
    place = select.expressions.index(item)
    select.set("expressions", [*select.expressions[:place], *spelt, *select.expressions[place + 1 :]])


def _by_position(union: exp.Union, known: _Known) -> None:
    """``union by name`` as one by position: both sides in one order, what a side lacks as null."""
    names = known.of(union)
    for side in ("this", "expression"):
        query = union.args[side]
        own = known.of(query)
        if own != names:
            chosen = [exp.column(name) if name in own else exp.alias_(exp.null(), name) for name in names]
            inner = query if isinstance(query, exp.Subquery) else query.subquery()
            inner.set("alias", exp.TableAlias(this=exp.to_identifier(f"{side}_side")))
            union.set(side, exp.select(*chosen).from_(inner))
    union.set("by_name", False)


def _generators_beside(select: exp.Select) -> None:
    """Lists that are unnested beside each other go in step; Spark knows one generator a query, beside the tables."""
    found = [node for item in select.expressions for node in item.find_all(exp.Explode, exp.Unnest)]
    if not found:
        return
    names = [f"item_{number}" for number, _ in enumerate(found)]
    lists = [node.this if isinstance(node, exp.Explode) else node.expressions[0] for node in found]
    zipped = exp.Anonymous(this="ARRAYS_ZIP", expressions=[one.copy() for one in lists])
    view = exp.Lateral(
        this=exp.Anonymous(this="INLINE", expressions=[zipped]),
        view=True,
        alias=exp.TableAlias(this=exp.to_identifier("unnested"), columns=[exp.to_identifier(name) for name in names]),
    )
    for node, name in zip(found, names, strict=True):
        column: exp.Expr = exp.column(name, table="unnested")
        if node in select.expressions:
            column = exp.alias_(column, node.alias_or_name or name)
        node.replace(column)
    select.append("laterals", view)


def _qualify_by_source(select: exp.Select) -> exp.Expr:
    """``qualify`` as a query around: in it a column of the source comes before an alias of its name, in both engines.

    sqlglot would put in the alias what it stands for, and choose other rows without an error.
    """
    qualify = select.args.get("qualify")
    if qualify is None:
        return select
    inner, condition = select.copy(), qualify.this.copy()
    inner.set("qualify", None)
    for number, window in enumerate(list(condition.find_all(exp.Window))):
        inner.select(exp.alias_(window.copy(), f"judged_{number}"), copy=False)
        judged = exp.column(f"judged_{number}")
        if window is condition:
            condition = judged
        else:
            window.replace(judged)
    names = [item.alias_or_name for item in select.expressions]
    return select.replace(exp.select(*names).from_(inner.subquery("judged")).where(condition))


def _same_meaning(node: exp.Expr) -> exp.Expr:
    return reduce(lambda found, change: change(found), _CHANGES, node)


def _true_quotient(node: exp.Expr) -> exp.Expr:
    """DuckDB divides in floating point, Spark divides decimals as decimals and cuts them."""
    if isinstance(node, exp.Div) and not _is_double(node.this):
        node.set("this", exp.cast(node.this, "double"))
    return node


def _is_double(node: exp.Expr) -> bool:
    return isinstance(node, exp.Cast) and node.to.this == exp.DataType.Type.DOUBLE


def _rounded_whole(node: exp.Expr) -> exp.Expr:
    """DuckDB rounds what it casts to a whole number, half to even; Spark cuts it off."""
    if isinstance(node, exp.Cast | exp.TryCast) and node.to.this in _WHOLE and not _is_rounded(node.this):
        double = node.copy()
        double.set("to", exp.DataType.build("double"))
        node.set("this", exp.Anonymous(this="RINT", expressions=[double]))
    return node


def _is_rounded(node: exp.Expr) -> bool:
    counts = exp.RowNumber | exp.Count | exp.Window
    return isinstance(node, counts) or (isinstance(node, exp.Anonymous) and node.name.upper() == "RINT")


def _wide_whole(node: exp.Expr) -> exp.Expr:
    """DuckDB's 128-bit whole number is Spark's decimal of 38 digits."""
    if isinstance(node, exp.DataType) and node.this == exp.DataType.Type.INT128:
        return exp.DataType.build("decimal(38, 0)")
    return node


def _sorted_list(node: exp.Expr) -> exp.Expr:
    """A list or a text gathered in an order: Spark gathers without one, or (4.2) fails on distinct values."""
    gathered = node.this if isinstance(node, exp.Filter) else node
    if not isinstance(gathered, exp.GroupConcat | exp.ArrayAgg) or not isinstance(gathered.this, exp.Order):
        return node
    what, (by, *more) = gathered.this.this, gathered.this.expressions
    value = what.expressions[0] if isinstance(what, exp.Distinct) else what
    if more or by.this != value or by.args.get("desc"):
        raise UntranslatedError(f"gathered in the order of something else: {gathered.sql('duckdb')}")
    collect = "COLLECT_SET" if isinstance(what, exp.Distinct) else "COLLECT_LIST"
    found: exp.Expr = exp.Anonymous(this=collect, expressions=[value.copy()])
    if isinstance(node, exp.Filter):
        found = exp.Filter(this=found, expression=node.expression.copy())
    found = exp.Anonymous(this="ARRAY_SORT", expressions=[found])
    if isinstance(gathered, exp.GroupConcat):
        joined = exp.Anonymous(this="ARRAY_JOIN", expressions=[found, gathered.args["separator"].copy()])
        found = exp.Nullif(this=joined, expression=exp.Literal.string(""))
    return found


_CHANGES = (_sorted_list, _true_quotient, _rounded_whole, _wide_whole)
