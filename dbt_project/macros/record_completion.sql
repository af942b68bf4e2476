{#- Writes the build's record into the file, only where every model, seed and data test of the project ran and none
    failed. Publishing asks for it: a build that was interrupted, that failed or that was a part is not published. -#}
{% macro record_completion(results) %}
    {%- if execute and flags.WHICH == 'build' -%}
        {%- set wanted = graph.nodes.values() | selectattr('resource_type', 'in', ['model', 'seed', 'test']) | list -%}
        {%- set done = [] -%}
        {%- for result in results if result.node.resource_type in ['model', 'seed', 'test'] -%}
            {%- if result.status in ['success', 'pass', 'warn'] -%}{%- do done.append(result.node.unique_id) -%}{%- endif -%}
        {%- endfor -%}
        {%- if done | length == wanted | length -%}
            create schema if not exists build;
            create or replace table build.record as
            select '{{ invocation_id }}' as invocation_id, {{ done | length }} as nodes, current_timestamp as built_at;
        {%- endif -%}
    {%- endif -%}
{% endmacro %}
