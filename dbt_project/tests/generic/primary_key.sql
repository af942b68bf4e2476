{#- Fails with the rows whose key columns are null or repeated. `within`: a column of the key that says whose row it is;
    where the model is made again for what was touched alone (macros/touched.sql), the rows of those alone are looked at:
    where committee and period are of the key no other row can repeat one of theirs. -#}
{% test primary_key(model, columns, within=none) %}
select
    {{ columns | join(', ') }},
    count(*) as rows_with_key
from {{ model }} as keyed
{%- if 'committee_code' in columns and 'period_code' in columns and is_renewed_in_part(model) %}
where {{ is_among_touched() }}
{%- elif within and touched_alone() %}
where
    exists (
        select 1
        from {{ model }} as renewed
        inner join build.touched as touched
            on renewed.committee_code = touched.committee_code and renewed.period_code = touched.period_code
        where renewed.{{ within }} = keyed.{{ within }} and renewed.period_code = keyed.period_code
    )
{%- endif %}
group by {{ columns | join(', ') }}
having count(*) > 1 or {% for column in columns %}{{ column }} is null{{ ' or ' if not loop.last }}{% endfor %}
{% endtest %}
