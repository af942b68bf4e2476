with

observations as (

    select * from {{ ref('fct_observations') }}
    where form = 'ratings' and {{ is_touched() }}

),

periods as (

    select * from {{ ref('stg_reference__periods') }}

),

coded as (

    select
        observations.*,
        periods.year,
        {{ member_of('observations.members', 'rating_subject') }} as rating_subject,
        {{ member_of('observations.members', 'rating_level') }} as rating_level,
        {{ member_of('observations.members', 'not_rated_reason') }} as not_rated_reason
    from observations
    inner join periods on observations.period_code = periods.period_code

),

with_totals as (

    select
        committee_code,
        organization_code,
        organization_key,
        period_code,
        year,
        rating_subject,
        rating_level,
        not_rated_reason,
        value as rated_count,
        max(value) filter (rating_level = 'ELIGIBLE') over subject as eligible,
        max(value) filter (rating_level = 'RATED') over subject as rated,
        state,
        file_hash,
        sheet,
        cell
    from coded
    window subject as (partition by organization_code, period_code, rating_subject)

),

ratings as (

    select * exclude (not_rated_reason)
    from with_totals
    where rating_level not in ('ELIGIBLE', 'RATED') and not_rated_reason is null

)

select * from ratings
