{#- Fails with the values of a column that are none of `values`. Takes the place of dbt's own test of this name: of a
    model that is made again for what was touched alone (macros/touched.sql) it looks at those rows. -#}
{% test accepted_values(model, column_name, values, quote=True) %}
select
    {{ column_name }} as value_field,
    count(*) as n_records
from {{ model }} as accepted
where
    {% if is_renewed_in_part(model) %}{{ is_among_touched() }}
    and {% endif %}{{ column_name }} not in (
        {%- for value in values %}
        {% if quote %}'{{ value }}'{% else %}{{ value }}{% endif %}{{ ',' if not loop.last }}
        {%- endfor %}
    )
group by {{ column_name }}
{% endtest %}
