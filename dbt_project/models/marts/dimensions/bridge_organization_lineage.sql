with recursive

events as (

    select * from {{ ref('stg_reference__organization_events') }}

),

organizations as (

    select * from {{ ref('stg_reference__organizations') }}

),

periods as (

    select * from {{ ref('stg_reference__periods') }}

),

closings as (

    select
        organization_code,
        period_code,
        value as closing
    from {{ ref('fct_observations') }}
    where cell_code = 'membership_change.CLOSE'

),

-- The predecessor's members on the eve of the event: what the moved members are a share of.
direct as (

    select
        events.committee_code,
        events.event_id,
        events.event_type,
        events.effective_on,
        events.unit,
        events.from_organization_code as predecessor_code,
        events.to_organization_code as successor_code,
        events.external_body,
        events.members_moved,
        concat(
            events.event_id, ':', events.from_organization_code, '>',
            coalesce(events.to_organization_code, events.external_body, '')
        ) as lineage_step,
        case
            when events.unit = 'organization' and events.event_type in ('merged', 'consolidated') then 1
            when eve.closing > 0 and events.members_moved is not null then least(1, events.members_moved / eve.closing)
        end as share
    from events
    left join periods
        on
            events.effective_on >= periods.period_start
            and events.effective_on <= periods.period_end
            and periods.period_kind in ('H1', 'H2')
    left join closings as eve
        on
            events.from_organization_code = eve.organization_code
            and periods.previous_period_code = eve.period_code
    where
        events.from_organization_code is not null
        and events.from_organization_code is distinct from events.to_organization_code

),

walked as (

    select
        * exclude (lineage_step),
        1 as depth,
        lineage_step as lineage_path
    from direct
    union all
    select
        walked.committee_code,
        direct.event_id,
        direct.event_type,
        direct.effective_on,
        direct.unit,
        walked.predecessor_code,
        direct.successor_code,
        direct.external_body,
        direct.members_moved,
        walked.share * direct.share as share,
        walked.depth + 1 as depth,
        walked.lineage_path || ' ' || direct.lineage_step as lineage_path
    from walked
    inner join direct
        on
            walked.successor_code = direct.predecessor_code
            and walked.effective_on < direct.effective_on
            and walked.committee_code = direct.committee_code

),

today as (

    select distinct organization_code
    from organizations
    where valid_to is null

),

lineage as (

    select
        walked.lineage_path,
        walked.committee_code,
        walked.predecessor_code,
        walked.successor_code,
        walked.external_body,
        walked.event_id,
        walked.event_type,
        walked.effective_on,
        walked.unit,
        walked.members_moved,
        walked.share,
        walked.depth,
        today.organization_code is not null as is_successor_current
    from walked
    left join today on walked.successor_code = today.organization_code

)

select * from lineage
