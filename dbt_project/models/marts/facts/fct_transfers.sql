with

entries as (

    select * from {{ ref('fct_entries') }}
    where form = 'transfers' and {{ is_touched() }}

),

transfers as (

    select
        committee_code,
        organization_code,
        organization_key,
        period_code,
        record_no,
        max(value_text) filter (field = 'DIRECTION') as transfer_direction,
        max(value_text) filter (field = 'SCOPE') as transfer_scope,
        max(value_text) filter (field = 'COUNTERPART') as counterpart_organization_code,
        max(value) filter (field = 'MEMBERS') as members,
        file_hash,
        sheet,
        max(row_no) as row_no
    from entries
    group by all

)

select * from transfers
