{#- A dimension over one code list of the codes table. -#}
{% macro code_list_dimension(code_list) -%}
with

codes as (

    select * from {{ ref('stg_reference__codes') }}

),

listed as (

    select
        code,
        label_vi,
        label_en,
        parent_code,
        sort_order,
        valid_from,
        valid_to
    from codes
    where code_list = '{{ code_list }}'

)

select * from listed
{%- endmacro %}
