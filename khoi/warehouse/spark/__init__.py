"""The same dbt project on Apache Spark, beyond one machine: translated where dbt renders it, compared row by row."""
