-- Organizations bound by events inside a committee between two period ends form a family: what a merger adds, a
-- consolidation joins or a split parts stays inside it, so that no share is needed to compare its two ends.
with recursive

pairs as (

    select * from {{ ref('int_period_pairs') }}
    where {{ is_pair_touched() }}

),

events as (

    select * from {{ ref('int_organization_events_bounded') }}

),

rosters as (

    select * from {{ ref('int_rosters') }}

),

ended as (

    select * from {{ ref('int_submissions_current') }}
    where ended_on is not null

),

-- Events after the earlier end, and the end of an organization that reported what happened until then in the earlier
-- period itself: its flows belong to its successor's family.
links as (

    select distinct
        pairs.committee_code,
        pairs.period_from,
        pairs.period_to,
        unnest([events.from_organization_code, events.to_organization_code]) as organization_code,
        unnest([events.to_organization_code, events.from_organization_code]) as linked_code
    from pairs
    inner join events
        on
            pairs.committee_code = events.committee_code
            and pairs.to_end >= events.effective_on
    left join ended
        on
            pairs.committee_code = ended.committee_code
            and pairs.period_from = ended.period_code
            and events.from_organization_code = ended.organization_code
            and events.effective_on = ended.ended_on + 1
    where
        (pairs.from_end < events.effective_on or ended.ended_on is not null)
        and events.from_organization_code is not null
        and events.to_organization_code is not null

),

reached as (

    select
        committee_code,
        period_from,
        period_to,
        organization_code,
        linked_code as reached_code
    from links
    union
    select
        reached.committee_code,
        reached.period_from,
        reached.period_to,
        reached.organization_code,
        links.linked_code as reached_code
    from reached
    inner join links
        on
            reached.committee_code = links.committee_code
            and reached.period_from = links.period_from
            and reached.period_to = links.period_to
            and reached.reached_code = links.organization_code

),

named as (

    select
        committee_code,
        period_from,
        period_to,
        organization_code,
        min(reached_code) as family_code
    from reached
    group by all

),

-- Everyone on either roster, those who ended in either period and reported it, and those who came and went in between.
subjects as (

    select
        pairs.committee_code,
        pairs.period_from,
        pairs.period_to,
        rosters.organization_code
    from pairs
    inner join rosters
        on
            pairs.committee_code = rosters.committee_code
            and rosters.period_code in (pairs.period_from, pairs.period_to)
    union
    select
        pairs.committee_code,
        pairs.period_from,
        pairs.period_to,
        ended.organization_code
    from pairs
    inner join ended
        on
            pairs.committee_code = ended.committee_code
            and ended.period_code in (pairs.period_from, pairs.period_to)
    union
    select
        committee_code,
        period_from,
        period_to,
        organization_code
    from named

),

families as (

    select
        subjects.committee_code,
        subjects.period_from,
        subjects.period_to,
        subjects.organization_code,
        coalesce(named.family_code, subjects.organization_code) as family_code
    from subjects
    left join named
        on
            subjects.committee_code = named.committee_code
            and subjects.period_from = named.period_from
            and subjects.period_to = named.period_to
            and subjects.organization_code = named.organization_code

)

select * from families
