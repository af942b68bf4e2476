-- The share of a family's value that stays comparable at each end. What left with an organization or a cell takes
-- along, of every figure, the share it had of the members: for the members themselves exactly the members moved.
with

families as (

    select * from {{ ref('int_lineage_families') }}
    where {{ is_pair_touched() }}

),

pairs as (

    select * from {{ ref('int_period_pairs') }}

),

rosters as (

    select * from {{ ref('int_rosters') }}

),

events as (

    select * from {{ ref('int_organization_events_bounded') }}

),

members as (

    select * from {{ ref('fct_measure_values') }}
    where measure_code = 'members_total'

),

ends as (

    select
        families.committee_code,
        families.period_from,
        families.period_to,
        families.family_code,
        count(on_from.organization_code) as organizations_from,
        count(on_to.organization_code) as organizations_to,
        {{ exact_sum('members_from.value', where='on_from.organization_code is not null') }} as members_from,
        {{ exact_sum('members_to.value', where='on_to.organization_code is not null') }} as members_to
    from families
    left join rosters as on_from
        on
            families.committee_code = on_from.committee_code
            and families.period_from = on_from.period_code
            and families.organization_code = on_from.organization_code
    left join rosters as on_to
        on
            families.committee_code = on_to.committee_code
            and families.period_to = on_to.period_code
            and families.organization_code = on_to.organization_code
    left join members as members_from
        on
            families.committee_code = members_from.committee_code
            and families.period_from = members_from.period_code
            and families.organization_code = members_from.organization_code
    left join members as members_to
        on
            families.committee_code = members_to.committee_code
            and families.period_to = members_to.period_code
            and families.organization_code = members_to.organization_code
    group by all

),

crossings as (

    select
        families.committee_code,
        families.period_from,
        families.period_to,
        families.family_code,
        sum(events.members_moved) filter (events.event_type = 'handed_over') as members_handed_over,
        sum(events.members_moved) filter (events.event_type = 'received') as members_received,
        count(*) filter (events.event_type = 'handed_over' and events.members_moved is null) = 0
            as is_handed_over_known,
        count(*) filter (events.event_type = 'received' and events.members_moved is null) = 0 as is_received_known,
        coalesce(bool_or(events.event_type = 'handed_over' and events.unit = 'organization'), false)
            as has_organization_leaving,
        coalesce(bool_or(events.event_type = 'received' and events.unit = 'organization'), false)
            as has_organization_entering
    from families
    inner join pairs
        on
            families.committee_code = pairs.committee_code
            and families.period_from = pairs.period_from
            and families.period_to = pairs.period_to
    inner join events
        on
            families.committee_code = events.committee_code
            and families.organization_code
            = case events.event_type
                when 'handed_over' then events.from_organization_code
                when 'received' then events.to_organization_code
            end
            and pairs.from_end < events.effective_on
            and pairs.to_end >= events.effective_on
    group by all

),

shared as (

    select
        ends.committee_code,
        ends.period_from,
        ends.period_to,
        ends.family_code,
        ends.organizations_from,
        ends.organizations_to,
        case
            when crossings.family_code is null then 1
            when ends.organizations_to = 0 and crossings.has_organization_leaving then 0
            when not crossings.is_handed_over_known then null
            when ends.members_from > 0
                then greatest(0, 1 - coalesce(crossings.members_handed_over, 0) / ends.members_from)
            else 1
        end as share_from,
        case
            when crossings.family_code is null then 1
            when ends.organizations_from = 0 and crossings.has_organization_entering then 0
            when ends.organizations_to = 0 and crossings.has_organization_leaving then 0
            when not crossings.is_received_known then null
            when ends.members_to > 0
                then greatest(0, 1 - coalesce(crossings.members_received, 0) / ends.members_to)
            else 1
        end as share_to
    from ends
    left join crossings
        on
            ends.committee_code = crossings.committee_code
            and ends.period_from = crossings.period_from
            and ends.period_to = crossings.period_to
            and ends.family_code = crossings.family_code

)

select * from shared
