with

summed as (

    select * from {{ ref('int_like_for_like_summed') }}

),

unpivoted as (

    select
        committee_code,
        period_from,
        period_to,
        measure_code,
        unnest(['own_change', 'established', 'dissolved', 'handed_over', 'received', 'coverage']) as part_code,
        unnest([own_change, established, dissolved, handed_over, received, coverage]) as value,
        unnest([
            families_own_change, families_established, families_dissolved,
            families_handed_over, families_received, families_coverage
        ]) as organizations
    from summed

)

select * from unpivoted
