"""dbt on Apache Spark over the same project: `dbt-spark` with a translation where it renders a model.

Run in a process of its own, because a session of Spark ends with its process: ``python -m khoi.warehouse.spark.session
TABLES build ...``, what follows the folder as dbt has it. dbt-spark and PySpark are the extra `spark`; nothing else of
the product asks for them.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from khoi.warehouse.spark.dialect import to_spark


def with_translation() -> None:
    """Give dbt the adapter of dbt-spark with one method more: ``adapter.in_spark_sql``, for the project's macros."""
    import dbt.adapters.spark as dbt_spark
    from dbt.adapters.base.meta import available

    class SparkAdapter(dbt_spark.SparkAdapter):
        @available.parse(lambda _, sql: sql)
        def in_spark_sql(self, sql: str) -> str:
            """``sql`` of a model or a test, in Spark's words; the columns of what it reads are asked of Spark."""

            def columns(schema: str, table: str) -> list[str]:
                relation = self.Relation.create(schema=schema, identifier=table)
                return [column.name for column in self.get_columns_in_relation(relation)]

            return to_spark(sql, columns)

    dbt_spark.Plugin.adapter = SparkAdapter


def start_session(warehouse: Path, threads: int = 2) -> Any:
    """Spark on this machine with its tables below ``warehouse``; dbt's session method takes the one that runs.

    Everything an engine may decide by itself is said: UTC, errors where a cast or a number fails, whole recursions.
    """
    from pyspark.sql import SparkSession

    settings = {
        "spark.ui.enabled": "false",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
        "spark.ui.showConsoleProgress": "false",
        "spark.sql.warehouse.dir": str(warehouse.resolve()),
        "spark.sql.shuffle.partitions": str(threads),
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.ansi.enabled": "true",
        "spark.sql.sources.default": "parquet",
        "spark.sql.parquet.compression.codec": "zstd",
        "spark.sql.parquet.outputTimestampType": "TIMESTAMP_MICROS",
        "spark.sql.parquet.datetimeRebaseModeInRead": "CORRECTED",
        "spark.sql.parquet.datetimeRebaseModeInWrite": "CORRECTED",
        "spark.sql.cteRecursionLevelLimit": "-1",
        "spark.sql.cteRecursionRowLimit": "-1",
    }
    builder = SparkSession.builder.master(f"local[{threads}]").appName("khoi")
    for name, value in settings.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("FATAL")
    return session


def main() -> None:
    """The folder of the tables, and then dbt's own command line."""
    from dbt.cli.main import dbtRunner

    start_session(Path(sys.argv[1]))
    with_translation()
    sys.exit(0 if dbtRunner().invoke(sys.argv[2:]).success else 1)


if __name__ == "__main__":
    main()
