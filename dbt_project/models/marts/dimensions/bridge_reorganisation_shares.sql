-- One step forward an organization's figures go to its successors, one step backward to its predecessors, each time in
-- shares that add up to 1. What the register does not say (no report on the eve, an unknown number) stays where it was.
with

moves as (

    select * from {{ ref('int_reorganisation_moves') }}

),

bases as (

    select * from {{ ref('int_reorganisation_bases') }}

),

directed as (

    select
        * exclude (from_code, to_code, is_ending, is_starting),
        'forward' as direction,
        from_code as organization_code,
        to_code as other_code,
        is_ending as is_whole
    from moves
    where from_code != 'outside'
    union all
    select
        * exclude (from_code, to_code, is_ending, is_starting) replace ('members' as share_key),
        'backward' as direction,
        to_code as organization_code,
        from_code as other_code,
        is_starting as is_whole
    from moves
    where to_code != 'outside'

),

measured as (

    select
        directed.*,
        case directed.share_key when 'cells' then directed.cells_moved else directed.members_moved end as moved,
        case directed.share_key when 'cells' then bases.cells else bases.members end as base
    from directed
    left join bases
        on
            directed.committee_code = bases.committee_code
            and directed.step_no = bases.step_no
            and directed.organization_code = bases.organization_code

),

grouped as (

    select
        committee_code,
        step_no,
        effective_on,
        direction,
        organization_code,
        bool_or(is_whole) as is_whole,
        bool_or(share_key = 'equal') as is_equal,
        coalesce(sum(moved), 0) as moved,
        count(moved) = count(*) as is_moved_known,
        count(*) as partners,
        any_value(base) as base
    from measured
    group by all

),

-- Backward the whole is what the organization had after the step.
wholes as (

    select
        grouped.*,
        case
            when grouped.is_moved_known and coalesce(forward.is_moved_known, true)
                then
                    grouped.base
                    + case
                        when grouped.direction = 'backward' then grouped.moved - coalesce(forward.moved, 0) else 0
                    end
        end as whole
    from grouped
    left join grouped as forward
        on
            grouped.direction = 'backward'
            and forward.direction = 'forward'
            and grouped.committee_code = forward.committee_code
            and grouped.step_no = forward.step_no
            and grouped.organization_code = forward.organization_code

),

shared as (

    select
        wholes.committee_code,
        wholes.step_no,
        wholes.effective_on,
        wholes.direction,
        wholes.organization_code,
        measured.other_code,
        wholes.is_equal
        or (wholes.is_whole and (wholes.partners = 1 or wholes.is_moved_known))
        or (not wholes.is_whole and wholes.whole is not null) as is_known,
        case
            when wholes.is_equal then 1.0 / (wholes.partners + case when wholes.is_whole then 0 else 1 end)
            when wholes.is_whole and wholes.moved > 0 and wholes.is_moved_known then measured.moved / wholes.moved
            when wholes.is_whole then 1.0 / wholes.partners
            when greatest(wholes.whole, wholes.moved) > 0 and wholes.whole is not null
                then coalesce(measured.moved, 0) / greatest(wholes.whole, wholes.moved)
            else 0
        end as share
    from wholes
    inner join measured
        on
            wholes.committee_code = measured.committee_code
            and wholes.step_no = measured.step_no
            and wholes.direction = measured.direction
            and wholes.organization_code = measured.organization_code

),

with_rest as (

    select * from shared
    union all
    select
        committee_code,
        step_no,
        effective_on,
        direction,
        organization_code,
        organization_code as other_code,
        bool_and(is_known) as is_known,
        1 - {{ exact_sum('share') }} as share
    from shared
    group by all

),

summed as (

    select
        committee_code,
        direction,
        step_no,
        case direction when 'forward' then step_no else -step_no end as walk_order,
        effective_on,
        organization_code,
        other_code as becomes_code,
        {{ exact_sum('share') }} as share,
        bool_and(is_known) as is_share_known
    from with_rest
    group by all
    having {{ exact_sum('share') }} > 1e-12

),

step_numbers as (

    select distinct
        committee_code,
        direction,
        organization_code,
        walk_order
    from summed

),

steps as (

    select
        committee_code,
        direction,
        organization_code,
        walk_order,
        lag(walk_order) over (
            partition by committee_code, direction, organization_code order by walk_order
        ) as walk_order_before
    from step_numbers

),

walkable as (

    select
        summed.*,
        steps.walk_order_before
    from summed
    inner join steps
        on
            summed.committee_code = steps.committee_code
            and summed.direction = steps.direction
            and summed.organization_code = steps.organization_code
            and summed.walk_order = steps.walk_order

)

select * from walkable
