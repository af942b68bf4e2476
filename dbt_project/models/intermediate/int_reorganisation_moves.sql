-- The movements of organizations and cells in the order in which they are replayed: by day, then by event id.
with

events as (

    select * from {{ ref('int_organization_events_bounded') }}

),

organizations as (

    select * from {{ ref('stg_reference__organizations') }}

),

parameters as (

    select * from {{ ref('stg_reference__rule_parameters') }}
    where parameter = 'share_key'

),

crossing as (

    select
        *,
        to_organization_code is null and (event_type = 'handed_over' or external_body is not null) as is_leaving,
        from_organization_code is null and (event_type = 'received' or external_body is not null) as is_entering
    from events
    where from_organization_code is distinct from to_organization_code

),

keyed as (

    select
        crossing.event_key,
        coalesce(
            max_by(parameters.parameter_text, (parameters.committee_code is not null, parameters.valid_from)),
            'members'
        ) as share_key
    from crossing
    left join parameters
        on
            crossing.committee_code = coalesce(parameters.committee_code, crossing.committee_code)
            and crossing.effective_on >= parameters.valid_from
            and crossing.effective_on <= coalesce(parameters.valid_to, date '9999-12-31')
    group by all

),

moves as (

    select
        crossing.committee_code,
        crossing.event_key,
        crossing.event_type,
        crossing.effective_on,
        dense_rank() over (
            partition by crossing.committee_code order by crossing.effective_on, crossing.event_id
        ) as step_no,
        coalesce(crossing.from_organization_code, 'outside') as from_code,
        coalesce(crossing.to_organization_code, 'outside') as to_code,
        crossing.members_moved,
        crossing.cells_moved,
        case when crossing.event_type = 'split' then keyed.share_key else 'members' end as share_key,
        not exists (
            select 1 from organizations
            where
                organizations.committee_code = crossing.committee_code
                and organizations.organization_code = crossing.from_organization_code
                and organizations.valid_from <= crossing.effective_on
                and crossing.effective_on <= coalesce(organizations.valid_to, date '9999-12-31')
        ) as is_ending,
        not exists (
            select 1 from organizations
            where
                organizations.committee_code = crossing.committee_code
                and organizations.organization_code = crossing.to_organization_code
                and organizations.valid_from < crossing.effective_on
                and crossing.effective_on <= coalesce(organizations.valid_to + 1, date '9999-12-31')
        ) as is_starting
    from crossing
    inner join keyed on crossing.event_key = keyed.event_key
    where
        crossing.is_leaving
        or crossing.is_entering
        or (crossing.from_organization_code is not null and crossing.to_organization_code is not null)

),

-- An organization with several events on its last day ends with the last of them, one with several on its first day
-- starts with the first.
ordered as (

    select
        * replace (
            is_ending
            and step_no = max(step_no) over (partition by committee_code, from_code, effective_on) as is_ending,
            is_starting
            and step_no = min(step_no) over (partition by committee_code, to_code, effective_on) as is_starting
        )
    from moves

)

select * from ordered
