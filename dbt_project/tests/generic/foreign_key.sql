{#- Fails with the keys of `columns` that `to` does not have; rows with a null in the key are not looked up. -#}
{% test foreign_key(model, columns, to, to_columns=none, where_code_list=none) %}
{%- set targets = to_columns or columns %}
select distinct {% for column in columns %}child.{{ column }}{{ ', ' if not loop.last }}{% endfor %}
from {{ model }} as child
where
    {% for column in columns %}child.{{ column }} is not null
    and {% endfor %}not exists (
        select 1
        from {{ to }} as parent
        where
            {% for column in columns %}parent.{{ targets[loop.index0] }} = child.{{ column }}
            {{ 'and ' if not loop.last }}{% endfor %}
            {%- if where_code_list %}
            and parent.code_list = '{{ where_code_list }}'
            {%- endif %}
    )
{% endtest %}
