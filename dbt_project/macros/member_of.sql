{#- The code that a members text (`dimension=code;dimension=code`) holds for one dimension; null where it has none. -#}
{% macro member_of(column, dimension) -%}
    nullif(regexp_extract({{ column }}, '(?:^|;){{ dimension }}=([^;]*)', 1), '')
{%- endmacro %}
