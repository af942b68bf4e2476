{#- Lets the database of a build hold in memory what the run allows it (`khoi/deployment/memory.py`); what does not fit
    is spilled beside the file that is built. No setting of the profile: another machine's number would be another
    parse of the whole project. -#}
{% macro bound_memory() %}
    {{ return(adapter.dispatch('bound_memory', 'khoi')()) }}
{% endmacro %}

{#- Spark's memory is a matter of its session. -#}
{% macro default__bound_memory() %}{% endmacro %}

{% macro duckdb__bound_memory() %}
    {%- if execute and env_var('KHOI_DATABASE_MEMORY', '') -%}
        set memory_limit = '{{ env_var('KHOI_DATABASE_MEMORY') }}';
    {%- endif -%}
{% endmacro %}
