{#- The sum of doubles in which the order of the rows leaves no trace: whole parts and fractions (in units of 2 ** -62) are
    added as whole numbers, so that two builds of one lake give the same bits. `where` keeps a part of the rows; null
    where there is nothing to add. A number too large for a whole one is added as it is: a wild cell stops no build. -#}
{% macro exact_sum(value, where=none) -%}
    {{ return(adapter.dispatch('exact_sum', 'khoi')(value, where)) }}
{%- endmacro %}

{#- DuckDB adds 64-bit whole numbers in 128 bits, so a sum of doubles costs about the same as one that forgets. -#}
{% macro duckdb__exact_sum(value, where) -%}
    {%- set kept = ' filter (where ' ~ where ~ ')' if where else '' -%}
    {%- set too_large = ' filter (where ' ~ (where ~ ' and ' if where else '') ~ 'try_cast(trunc(' ~ value ~ ') as bigint) is null)' -%}
    (
        coalesce(cast(sum(try_cast(trunc({{ value }}) as bigint)){{ kept }} as double), 0)
        + cast(sum(cast((({{ value }}) - trunc({{ value }})) * 4611686018427387904 as bigint)){{ kept }} as double)
        / 4611686018427387904
        + coalesce(sum({{ value }}){{ too_large }}, 0)
    )
{%- endmacro %}

{#- In words that other engines know, with decimals of 38 digits. -#}
{% macro default__exact_sum(value, where) -%}
    {%- set kept = ' filter (where ' ~ where ~ ')' if where else '' -%}
    {%- set tame = 'case when abs(' ~ value ~ ') < 1e18 then ' ~ value ~ ' else 0 * sign(' ~ value ~ ') end' -%}
    {%- set whole = 'sign(' ~ tame ~ ') * floor(abs(' ~ tame ~ '))' -%}
    (
        cast(sum(cast({{ whole }} as decimal(38, 0))){{ kept }} as double)
        + cast(
            sum(cast(cast(({{ tame }} - {{ whole }}) * 4611686018427387904 as bigint) as decimal(38, 0))){{ kept }} as double
        ) / 4611686018427387904
        + coalesce(sum(case when abs({{ value }}) >= 1e18 then {{ value }} end){{ kept }}, 0)
    )
{%- endmacro %}
