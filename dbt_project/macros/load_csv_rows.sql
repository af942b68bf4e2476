{#- Loads a seed with every option of its CSV said, not guessed: a file without a quotation mark in its first rows
    and one with a quotation mark in its last are read alike. A path may hold an apostrophe. -#}
{% macro duckdb__load_csv_rows(model, agate_table) %}
    {% set path = adapter.get_seed_file_path(model) | replace("'", "''") %}
    {% set sql %}
        copy {{ this.render() }} from '{{ path }}'
        (format csv, header true, delimiter ',', quote '"', escape '"', nullstr '', auto_detect false)
    {% endset %}
    {% do adapter.add_query(sql, abridge_sql_log=True) %}
    {{ return(sql) }}
{% endmacro %}
