{#- Writes the build's record into the file, only where every model, seed and data test of the project ran and none
    failed. Publishing asks for it: a build that was interrupted, that failed or that was a part is not published. What
    is no table stands within its reader and runs with it. A file that rests on a finished build
    (`khoi/warehouse/start.py`) is finished when all that was chosen has run; of the tables
    `build.renewed` it has the rows of `build.touched` made again and no others (`khoi/warehouse/renewal.py`). -#}
{% macro record_completion(results) %}
    {{ return(adapter.dispatch('record_completion', 'khoi')(results)) }}
{% endmacro %}

{#- Spark's tables stand beside no publication. -#}
{% macro default__record_completion(results) %}{% endmacro %}

{% macro duckdb__record_completion(results) %}
    {%- if execute and flags.WHICH == 'build' -%}
        {%- set rests_on = rests_on_another() -%}
        {%- set all = graph.nodes.values() | selectattr('resource_type', 'in', ['model', 'seed', 'test'])
            | rejectattr('config.materialized', 'equalto', 'ephemeral') | map(attribute='unique_id') | list -%}
        {%- set wanted = all | select('in', selected_resources) | list if rests_on else all -%}
        {%- set done = [] -%}
        {%- for result in results if result.node.resource_type in ['model', 'seed', 'test'] -%}
            {%- if result.status in ['success', 'pass', 'warn'] -%}{%- do done.append(result.node.unique_id) -%}{%- endif -%}
        {%- endfor -%}
        {%- if done | length == wanted | length and wanted -%}
            create schema if not exists build;
            create or replace table build.record as
            select '{{ invocation_id }}' as invocation_id, {{ all | length }} as nodes, {{ done | length }} as nodes_run,
                current_timestamp as built_at,
                {{ '(select invocation_id from build.rests_on)' if rests_on else 'null::varchar' }} as rests_on;
            create or replace table build.renewed as
            select table_name from duckdb_tables() where schema_name = 'marts' and table_name in ('' {%- for node in
                graph.nodes.values() if node.resource_type == 'model' and node.config.materialized == 'incremental' -%}
                , '{{ node.alias }}' {%- endfor -%} );
            drop table if exists build.rests_on;
        {%- endif -%}
    {%- endif -%}
{% endmacro %}
