{#- A seed as DuckDB reads it (`load_csv_rows.sql`): every column text, an empty field null, the file read by Spark itself.
    dbt's own way sends each value back as a statement. -#}
{% macro spark__create_csv_table(model, agate_table) %}
    {%- set sql = 'create table ' ~ this.render() ~ ' (' ~ columns_of_text(agate_table) ~ ') using parquet' -%}
    {%- call statement('_') -%}{{ sql }}{%- endcall -%}
    {{ return(sql) }}
{% endmacro %}

{% macro spark__load_csv_rows(model, agate_table) %}
    {%- set path = model.root_path ~ '/' ~ model.original_file_path -%}
    {%- do run_query(
        'create or replace temporary view ' ~ model.alias ~ '_file (' ~ columns_of_text(agate_table) ~ ") using csv options ("
        ~ "path '" ~ path | replace("\\", "/") | replace("'", "\\'") ~ "', header 'true', sep ',', quote '\"', "
        ~ "escape '\"', multiLine 'true', nullValue '', emptyValue '', mode 'FAILFAST')"
    ) -%}
    {%- set sql = 'insert into ' ~ this.render() ~ ' select * from ' ~ model.alias ~ '_file' -%}
    {%- do adapter.add_query(sql, abridge_sql_log=True) -%}
    {{ return(sql) }}
{% endmacro %}

{% macro columns_of_text(agate_table) -%}
    {%- for name in agate_table.column_names -%}`{{ name }}` string{{ ', ' if not loop.last }}{%- endfor -%}
{%- endmacro %}
