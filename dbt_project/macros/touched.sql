{#- What a build on the last publication does again (`khoi/warehouse/start.py`), by committee and period.

    Some models (`dbt_project.yml` names them) make each of their rows from what the organizations of one committee sent
    for one period, or for two that are held against each other, and from declarations, which stand still while a build
    rests on another. Of these only the rows of the committees and periods that were touched are taken away and made
    again. `build.touched` lists them, in such a build alone;
    `build.partitions` says what every partition of the lake held that the file was built from, `build.sources` what the
    tables of the check were: what follows from those that are the same is not chosen (`khoi/warehouse/build.py`). -#}

{#- Before the first model: what was touched since, and what the lake holds now. -#}
{% macro note_touched() %}
    {{ return(adapter.dispatch('note_touched', 'khoi')()) }}
{% endmacro %}

{#- On Spark everything is built. -#}
{% macro default__note_touched() %}{% endmacro %}

{% macro duckdb__note_touched() %}
    {%- if execute and flags.WHICH == 'build' -%}
        {%- set lake = env_var('KHOI_LAKE', '../data/lake') | replace("'", "''") -%}
        create schema if not exists build;
        create or replace table build.partitions_now as
        select
            regexp_extract(tables.file, '([^/\\]+)[/\\][^/\\]+[/\\][^/\\]+$', 1) as committee_code,
            regexp_extract(tables.file, '([^/\\]+)[/\\][^/\\]+$', 1) as period_code,
            regexp_extract(tables.file, '([^/\\]+)$', 1) as name,
            sums.content as content_sum
        from glob('{{ lake }}/normalised/*/*/*.parquet') as tables
        left join read_text('{{ lake }}/normalised/*/*/*.parquet.sha256') as sums
            on tables.file || '.sha256' = sums.filename;
        {%- if rests_on_another() %}
        create or replace table build.touched as {{ touched_since(lake) }};
        {%- endif %}
        create or replace table build.sources as
        select regexp_extract(sums.filename, '([^/\\]+)[.]parquet[.]sha256$', 1) as name, sums.content as content_sum
        from read_text('{{ lake }}/checked/*.parquet.sha256') as sums;
        drop table if exists build.partitions;
        alter table build.partitions_now rename to partitions;
    {%- endif -%}
{% endmacro %}

{#- Whether the file is a copy of a finished build. -#}
{% macro rests_on_another() -%}
    {{ return(has_in_build('rests_on')) }}
{%- endmacro %}

{#- Whether only what was touched is made again, so that a test may look at that alone. -#}
{% macro touched_alone() -%}
    {{ return(execute and target.type == 'duckdb' and flags.WHICH == 'build' and has_in_build('touched')) }}
{%- endmacro %}

{#- Whether `relation` is a model of which only the rows of what was touched are other ones than those of the build that
    this one rests on: what it and what stands still held of each other then holds. -#}
{% macro is_renewed_in_part(relation) -%}
    {%- set renewed = [] -%}
    {%- if touched_alone() -%}
        {%- for node in graph.nodes.values() if node.resource_type == 'model' and node.alias == relation.identifier -%}
            {%- if node.config.materialized == 'incremental' -%}{%- do renewed.append(node.name) -%}{%- endif -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return(renewed | length > 0) }}
{%- endmacro %}

{% macro has_in_build(name) -%}
    {{ return(run_query(
        "select 1 from duckdb_tables() where schema_name = 'build' and table_name = '" ~ name ~ "'"
    ).rows | length > 0) }}
{%- endmacro %}

{#- Committees and periods whose tables of the lake are others, in which other versions count, or corrections or events
    of the register say something else. -#}
{% macro touched_since(lake) -%}
    {%- set compared = {
        'submission_states': ('file_hash, committee_code, organization_code, period_code', 'is_current'),
        'corrections':
            ('committee_code, period_code, file_hash, cell_code, correction_id, new_value', "status = 'applied'"),
        'register_observations': ('committee_code, organization_code, period_code, cell_code, value, event_id', 'true'),
    } -%}
    with
    changed as (
        select committee_code, period_code, null as file_hash
        from ({{ either_alone('select * from build.partitions', 'select * from build.partitions_now') }})
        {%- for table, (columns, chosen) in compared.items() %}
        union all by name
        select committee_code, period_code{{ ', file_hash' if 'file_hash' in columns }}
        from ({{ either_alone(
            'select ' ~ columns ~ ' from staging.stg_lake__' ~ table ~ ' where ' ~ chosen,
            'select ' ~ columns ~ " from read_parquet('" ~ lake ~ '/checked/' ~ table ~ ".parquet') where " ~ chosen
        ) }})
        {%- endfor %}
    )
    select committee_code, period_code from changed
    where committee_code is not null and period_code is not null
    union
    {#- Where a record names another committee or period than its file, both are touched. #}
    select states.committee_code, states.period_code
    from changed
    inner join read_parquet('{{ lake }}/checked/submission_states.parquet') as states
        on changed.file_hash = states.file_hash
    where states.committee_code is not null and states.period_code is not null
{%- endmacro %}

{#- The rows of one query that the other does not have, from either side. -#}
{% macro either_alone(one, other) -%}
    ({{ one }} except all {{ other }}) union all ({{ other }} except all {{ one }})
{%- endmacro %}

{#- Whether the table of the model is there already, of the build that this one rests on; a unit test has none. -#}
{% macro is_made_in_part() -%}
    {{ return(this is not none and is_incremental()) }}
{%- endmacro %}

{#- Whether the model is no table but stands within its one reader, which is made in part. Its rows are chosen within
    it: a condition on what it comes to would be asked of all of them. -#}
{% macro is_within_what_is_made_in_part() -%}
    {{ return(model.config.materialized == 'ephemeral' and touched_alone()) }}
{%- endmacro %}

{#- Before a model of touched partitions is made: its rows of them are taken away. `periods`: the columns of the periods
    that a row is made from. -#}
{% macro forget_touched(periods=['period_code']) -%}
    {%- if is_made_in_part() -%}delete from {{ this }} where {{ is_touched(periods) }}{%- endif -%}
{%- endmacro %}

{#- True for the rows that are to be made; for all of them where the whole model is. The committee alone is asked for as
    well: by one column DuckDB passes over the row groups without any, by a pair it reads them all. -#}
{% macro is_touched(periods=['period_code']) -%}
    {%- if is_made_in_part() or is_within_what_is_made_in_part() -%}{{ is_among_touched(periods) }}
    {%- else -%}true{%- endif -%}
{%- endmacro %}

{% macro is_among_touched(periods=['period_code']) -%}
    committee_code in (select touched.committee_code from build.touched)
    and (
        {%- for period in periods %}
        {{ 'or ' if not loop.first }}(committee_code, {{ period }})
        in (select (touched.committee_code, touched.period_code) from build.touched)
        {%- endfor %}
    )
{%- endmacro %}

{#- The same of models that hold two periods against each other: a pair is touched where one of its ends is. -#}
{% macro is_pair_touched() -%}
    {{ return(is_touched(['period_from', 'period_to'])) }}
{%- endmacro %}
