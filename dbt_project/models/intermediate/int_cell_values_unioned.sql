with

measure_terms as (

    select * from {{ ref('int_measure_terms_unioned') }}

),

observations as (

    select * from {{ ref('int_observations_corrected') }}

),

register as (

    select * from {{ ref('int_register_cells_densified') }}

),

submitted as (

    select
        committee_code,
        organization_code,
        organization_key,
        period_code,
        cell_code,
        value,
        submitted_value,
        state
    from observations
    where cell_code in (select measure_terms.cell_code from measure_terms)

),

unioned as (

    select * from submitted
    union all by name
    select * from register

)

select * from unioned
