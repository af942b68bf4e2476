{#- A view over the Parquet files of every source: DuckDB reads them where a model names the source
    (`external_location` of dbt-duckdb), Spark asks for a table of that name. -#}
{% macro lake_views() %}
    {{ return(adapter.dispatch('lake_views', 'khoi')()) }}
{% endmacro %}

{% macro default__lake_views() %}{% endmacro %}

{% macro spark__lake_views() %}
    {%- if execute and flags.WHICH in ['build', 'run'] -%}
        {%- for node in graph.sources.values() -%}
            {%- do run_query('create schema if not exists ' ~ node.schema) -%}
            {%- set path = env_var('KHOI_LAKE', '../data/lake') ~ '/' ~ node.config.meta.path -%}
            {%- do run_query(
                'create or replace view ' ~ node.schema ~ '.' ~ node.identifier ~ ' as select * from parquet.`' ~ path ~ '`'
            ) -%}
        {%- endfor -%}
    {%- endif -%}
{% endmacro %}
