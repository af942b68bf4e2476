with

components as (

    select * from {{ ref('int_target_components_selected') }}

),

measure_values as (

    select * from {{ ref('fct_measure_values') }}

),

organizations as (

    select * from {{ ref('stg_reference__organizations') }}

),

summed as (

    select
        components.target_id,
        components.period_code,
        {{ exact_sum('measure_values.value', where="components.side = 'numerator'") }} as numerator,
        {{ exact_sum('measure_values.value', where="components.side = 'denominator'") }} as denominator
    from components
    inner join measure_values
        on
            components.committee_code = measure_values.committee_code
            and components.counted_period_code = measure_values.period_code
            and components.measure_code = measure_values.measure_code
    left join organizations on measure_values.organization_key = organizations.organization_key
    where components.organization_type is null or components.organization_type = organizations.organization_type
    group by all

)

select * from summed
