{#- Models and tests are written in DuckDB's SQL, once. Where dbt renders one for Spark the adapter translates it
    (`khoi/warehouse/spark/dialect.py`); what dbt-spark writes itself is Spark's already. -#}
{% macro spark__create_table_as(temporary, relation, compiled_code, language='sql') -%}
    {{ dbt.spark__create_table_as(temporary, relation, adapter.in_spark_sql(compiled_code), language) }}
{%- endmacro %}

{% macro spark__get_test_sql(main_sql, fail_calc, warn_if, error_if, limit) -%}
    {{ dbt.default__get_test_sql(adapter.in_spark_sql(main_sql), fail_calc, warn_if, error_if, limit) }}
{%- endmacro %}
