with

measures as (

    select * from {{ ref('int_measures_described') }}

),

terms as (

    select * from {{ ref('int_measure_terms_unioned') }}

),

cell_values as (

    select * from {{ ref('int_cell_values_unioned') }}
    where {{ is_touched() }}

),

additive as (

    select
        cell_values.committee_code,
        cell_values.organization_code,
        cell_values.organization_key,
        cell_values.period_code,
        terms.measure_code,
        {{ exact_sum('terms.coefficient * cell_values.value') }} as value,
        {{ exact_sum('terms.coefficient * cell_values.submitted_value') }} as submitted_value,
        count(*) filter (cell_values.state in ('missing', 'unreadable')) as terms_missing
    from cell_values
    inner join terms on cell_values.cell_code = terms.cell_code
    group by all

),

-- Of the measures of an organization few are part of a ratio: all of them held against each other are two hundred
-- thousand pairs, and DuckDB does not know how many it will find.
numerators as (

    select * from additive
    where measure_code in (select measures.numerator_measure from measures)

),

denominators as (

    select * from additive
    where measure_code in (select measures.denominator_measure from measures)

),

ratios as (

    select
        numerators.committee_code,
        numerators.organization_code,
        numerators.organization_key,
        numerators.period_code,
        measures.measure_code,
        100 * numerators.value / nullif(denominators.value, 0) as value,
        numerators.terms_missing + denominators.terms_missing as terms_missing,
        numerators.value as numerator,
        denominators.value as denominator
    from measures
    inner join numerators on measures.numerator_measure = numerators.measure_code
    inner join denominators
        on
            measures.denominator_measure = denominators.measure_code
            and numerators.organization_code = denominators.organization_code
            and numerators.committee_code = denominators.committee_code
            and numerators.period_code = denominators.period_code

),

measured as (

    select * from additive
    union all by name
    select * from ratios

),

described as (

    select
        measured.committee_code,
        measured.organization_code,
        measured.organization_key,
        measured.period_code,
        measured.measure_code,
        measured.value,
        measured.submitted_value,
        measured.numerator,
        measured.denominator,
        measured.terms_missing,
        measures.is_additive,
        measures.source
    from measured
    inner join measures on measured.measure_code = measures.measure_code

)

select * from described
