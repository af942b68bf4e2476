{#- Fails with the keys of `columns` that `to` does not have; rows with a null in the key are not looked up. Of a model
    that is made again for what was touched alone (macros/touched.sql) only those rows are: the others were when they
    were made, and what they point to follows from declarations or is itself looked at whole. -#}
{% test foreign_key(model, columns, to, to_columns=none, where_code_list=none) %}
{%- set targets = to_columns or columns %}
select distinct {% for column in columns %}child.{{ column }}{{ ', ' if not loop.last }}{% endfor %}
from {{ model }} as child
where
    {% if is_renewed_in_part(model) %}{{ is_among_touched() }}
    and {% endif %}
    {%- for column in columns %}child.{{ column }} is not null
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
