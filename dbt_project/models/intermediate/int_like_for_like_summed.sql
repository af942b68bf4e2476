with

families as (

    select * from {{ ref('int_lineage_families') }}
    where {{ is_pair_touched() }}

),

perimeters as (

    select * from {{ ref('int_family_perimeters') }}
    where {{ is_pair_touched() }}

),

breaks as (

    select * from {{ ref('int_measure_breaks_crossed') }}

),

submissions as (

    select * from {{ ref('int_submissions_current') }}

),

measure_values as (

    select
        committee_code,
        period_code,
        organization_code,
        measure_code,
        value,
        submitted_value
    from {{ ref('fct_measure_values') }}
    where is_additive and source != 'register' and value is not null

),

reported as (

    select
        measure_values.*,
        submissions.ended_on is null as is_there
    from measure_values
    inner join submissions
        on
            measure_values.committee_code = submissions.committee_code
            and measure_values.period_code = submissions.period_code
            and measure_values.organization_code = submissions.organization_code

),

on_family as (

    select
        families.committee_code,
        families.period_from,
        families.period_to,
        families.family_code,
        reported.period_code = families.period_to as is_later_end,
        reported.is_there,
        reported.measure_code,
        reported.value,
        reported.submitted_value
    from families
    inner join reported
        on
            families.committee_code = reported.committee_code
            and families.organization_code = reported.organization_code
            and reported.period_code in (families.period_from, families.period_to)

),

-- A measure that changed its meaning in between: at the later end its bridge stands for it; without one, nothing does.
continued as (

    select on_family.*
    from on_family
    left join breaks
        on
            on_family.period_from = breaks.period_from
            and on_family.period_to = breaks.period_to
            and on_family.measure_code = breaks.measure_code
    where breaks.measure_code is null or (breaks.measure_code_to is not null and not on_family.is_later_end)
    union all
    select on_family.* replace (breaks.measure_code as measure_code)
    from on_family
    inner join breaks
        on
            on_family.period_from = breaks.period_from
            and on_family.period_to = breaks.period_to
            and on_family.measure_code = breaks.measure_code_to
    where on_family.is_later_end

),

both_ends as (

    select
        committee_code,
        period_from,
        period_to,
        family_code,
        measure_code,
        {{ exact_sum('value', where='not is_later_end') }} as value_from,
        {{ exact_sum('value', where='is_later_end') }} as value_to,
        coalesce({{ exact_sum('submitted_value', where='not is_later_end') }}, 0) as submitted_from,
        coalesce({{ exact_sum('submitted_value', where='is_later_end') }}, 0) as submitted_to,
        count(*) filter (not is_later_end and is_there) as counted_from,
        count(*) filter (is_later_end and is_there) as counted_to
    from continued
    group by all

),

-- A family that did not report in full at both ends would show a missing workbook as a change, one of which left nobody
-- knows how many would show them as its own.
judged as (

    select
        both_ends.*,
        perimeters.organizations_from,
        perimeters.organizations_to,
        perimeters.share_from,
        perimeters.share_to,
        both_ends.counted_from = perimeters.organizations_from
        and both_ends.counted_to = perimeters.organizations_to
        and perimeters.share_from is not null
        and perimeters.share_to is not null as is_complete
    from both_ends
    inner join perimeters
        on
            both_ends.committee_code = perimeters.committee_code
            and both_ends.period_from = perimeters.period_from
            and both_ends.period_to = perimeters.period_to
            and both_ends.family_code = perimeters.family_code

),

-- What the change of each family is, as submitted, taken apart: what left or entered the perimeter, and the rest.
parted as (

    select
        *,
        submitted_to * share_to - submitted_from * share_from as inside,
        case
            when not is_complete then 'coverage'
            when organizations_to = 0 then 'dissolved'
            when organizations_from = 0 then 'established'
            else 'own_change'
        end as inside_part
    from judged

),

summed as (

    select
        committee_code,
        period_from,
        period_to,
        measure_code,
        round(coalesce({{ exact_sum('value_from * share_from', where='is_complete') }}, 0), 6) as like_for_like_from,
        round(coalesce({{ exact_sum('value_to * share_to', where='is_complete') }}, 0), 6) as like_for_like_to,
        coalesce(sum(counted_from) filter (is_complete and share_from > 0), 0) as like_for_like_organizations_from,
        coalesce(sum(counted_to) filter (is_complete and share_to > 0), 0) as like_for_like_organizations_to,
        coalesce({{ exact_sum('submitted_to - submitted_from', where="inside_part = 'coverage'") }}, 0) as coverage,
        coalesce({{ exact_sum('inside', where="inside_part = 'own_change'") }}, 0) as own_change,
        coalesce({{ exact_sum('inside', where="inside_part = 'established'") }}, 0) as established,
        coalesce({{ exact_sum('inside', where="inside_part = 'dissolved'") }}, 0) as dissolved,
        coalesce({{ exact_sum('submitted_from * (share_from - 1)', where='is_complete') }}, 0)
        + coalesce({{ exact_sum('submitted_to * (1 - share_to)', where='is_complete and organizations_to = 0') }}, 0)
            as handed_over,
        coalesce({{ exact_sum('submitted_to * (1 - share_to)', where='is_complete and organizations_to > 0') }}, 0)
            as received,
        count(*) filter (inside_part = 'coverage') as families_coverage,
        count(*) filter (inside_part = 'own_change' and inside != 0) as families_own_change,
        count(*) filter (inside_part = 'established' and inside != 0) as families_established,
        count(*) filter (inside_part = 'dissolved' and inside != 0) as families_dissolved,
        count(*) filter (is_complete and share_from < 1) as families_handed_over,
        count(*) filter (is_complete and share_to < 1 and organizations_to > 0) as families_received
    from parted
    group by all

)

select * from summed
