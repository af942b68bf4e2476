-- One row per request and cell, record, list without one, or event behind it.
-- A request is a measure of a committee and a period that takes part in a figure, in a role. Parameters: $figures (the
-- figure's number), $roles, $committees, $measures and $periods are lists of the same length, one place a request.
with

requests as (

    select
        unnest($figures) as figure_no,
        unnest($roles) as role,
        unnest($committees) as committee_code,
        unnest($measures) as measure_code,
        unnest($periods) as period_code

),

terms as (

    select
        requests.figure_no,
        requests.role,
        requests.committee_code,
        requests.measure_code,
        requests.period_code,
        terms.cell_code,
        terms.coefficient,
        cells.cell_source,
        cells.level
    from requests
    inner join bridge_measure_terms as terms on requests.measure_code = terms.measure_code
    left join dim_cells as cells on terms.cell_code = cells.cell_code

),

observed as (

    select
        terms.figure_no,
        terms.role,
        terms.measure_code,
        terms.coefficient,
        terms.cell_source,
        terms.level,
        observations.*
    from terms
    inner join fct_observations as observations
        on
            terms.cell_code = observations.cell_code
            and terms.period_code = observations.period_code
            and terms.committee_code = observations.committee_code

),

cells as (

    select
        figure_no,
        role,
        committee_code,
        measure_code,
        coefficient,
        organization_code,
        organization_key,
        period_code,
        cell_code,
        'cell' as source,
        value,
        state,
        file_hash,
        sheet,
        cell,
        raw_text,
        submitted_value,
        correction_id
    from observed
    where cell_source is distinct from 'aggregate'

),

-- How many codes a condition accepts: the record is shown at its narrowest condition.
conditions as (

    select
        *,
        count(*) over (partition by cell_code, field) as codes_accepted
    from bridge_aggregate_conditions

),

fields_required as (

    select
        cell_code,
        count(distinct field) as fields
    from conditions
    group by all

),

matched as (

    select
        observed.figure_no,
        observed.role,
        observed.committee_code,
        observed.measure_code,
        observed.coefficient,
        observed.organization_code,
        observed.organization_key,
        observed.period_code,
        observed.cell_code,
        observed.file_hash,
        entries.record_no,
        any_value(conditions.sum_field) as sum_field,
        any_value(conditions.form) as form,
        coalesce(
            any_value(conditions.sum_field),
            min_by(entries.field, (conditions.codes_accepted, entries.field))
        ) as shown_field
    from observed
    inner join conditions on observed.cell_code = conditions.cell_code
    inner join fct_entries as entries
        on
            observed.file_hash = entries.file_hash
            and conditions.form = entries.form
            and entries.field = coalesce(conditions.field, conditions.sum_field, entries.field)
            and (
                conditions.field is null
                or conditions.code = entries.value_text
                or (conditions.code = '*' and entries.value_text is not null)
            )
    inner join fields_required on observed.cell_code = fields_required.cell_code
    where observed.cell_source = 'aggregate' and observed.state <> 'not_applicable'
    group by all
    having count(distinct conditions.field) = any_value(fields_required.fields)

),

records as (

    select
        matched.figure_no,
        matched.role,
        matched.committee_code,
        matched.measure_code,
        matched.coefficient,
        matched.organization_code,
        matched.organization_key,
        matched.period_code,
        matched.cell_code,
        'record' as source,
        case when matched.sum_field is null then 1 else shown.value end as value,
        shown.state,
        matched.file_hash,
        shown.sheet,
        shown.cell,
        shown.raw_text,
        matched.record_no
    from matched
    inner join fct_entries as shown
        on
            matched.file_hash = shown.file_hash
            and matched.form = shown.form
            and matched.record_no = shown.record_no
            and matched.shown_field = shown.field

),

-- Where nothing counts, the lists it would stand in are what a zero rests on.
lists as (

    select
        figure_no,
        role,
        committee_code,
        measure_code,
        coefficient,
        organization_code,
        organization_key,
        period_code,
        cell_code,
        'list' as source,
        value,
        state,
        file_hash,
        sheet,
        cell,
        raw_text
    from observed
    where
        cell_source = 'aggregate'
        and (figure_no, role) not in (select (matched.figure_no, matched.role) from matched)

),

code_labels as (

    select
        code_list,
        code,
        max_by(label_vi, coalesce(valid_from, date '0001-01-01')) as label_vi
    from dim_codes
    group by all

),

named_events as (

    select
        events.event_id,
        string_agg(
            concat_ws(
                ' ', events.event_type, events.effective_on,
                coalesce(events.from_organization_code, events.external_body),
                '→', coalesce(events.to_organization_code, events.external_body)
            ),
            '; ' order by events.from_organization_code, events.to_organization_code
        ) as event,
        events.event_id || ': ' || string_agg(
            concat_ws(
                ', ', coalesce(types.label_vi, events.event_type), strftime(events.effective_on, '%d/%m/%Y'),
                coalesce(events.from_organization_code, bodies.label_vi, events.external_body, '')
                || ' → ' || coalesce(events.to_organization_code, bodies.label_vi, events.external_body, '')
            ),
            '; ' order by events.from_organization_code, events.to_organization_code
        ) as told_vi
    from fct_organization_events as events
    left join code_labels as types on events.event_type = types.code and types.code_list = 'event_type'
    left join code_labels as bodies on events.external_body = bodies.code and bodies.code_list = 'external_body'
    group by events.event_id

),

-- The register's cells of a measure; and where an organization ended within the period, what it passed on: that stands
-- in its successor's opening, so its own counts less.
event_terms as (

    select
        figure_no,
        role,
        committee_code,
        measure_code,
        coefficient,
        period_code,
        cell_code,
        null as organization_code
    from terms
    union all by name
    select
        figure_no,
        role,
        committee_code,
        measure_code,
        -coefficient as coefficient,
        period_code,
        'register.MEMBERS_PASSED_ON' as cell_code,
        organization_code
    from observed
    where level = 'opening' and value is not null

),

events as (

    select
        event_terms.figure_no,
        event_terms.role,
        event_terms.committee_code,
        event_terms.measure_code,
        event_terms.coefficient,
        register.organization_code,
        register.period_code,
        register.cell_code,
        'event' as source,
        register.value,
        'value' as state,
        register.event_id,
        named_events.event,
        named_events.told_vi as raw_text
    from event_terms
    inner join fct_register_observations as register
        on
            event_terms.cell_code = register.cell_code
            and event_terms.period_code = register.period_code
            and event_terms.committee_code = register.committee_code
            and register.organization_code = coalesce(event_terms.organization_code, register.organization_code)
    left join named_events on register.event_id = named_events.event_id

),

lines as (

    select * from cells
    union all by name
    select * from records
    union all by name
    select * from lists
    union all by name
    select * from events

),

names as (

    select
        organization_code,
        max_by(name, valid_from) as name
    from dim_organizations
    group by all

)

select
    lines.figure_no,
    lines.role,
    lines.committee_code,
    lines.period_code,
    lines.organization_code,
    coalesce(versions.name, names.name) as organization_name,
    lines.measure_code,
    lines.cell_code,
    lines.source,
    lines.coefficient,
    lines.value,
    lines.coefficient * lines.value as contribution,
    lines.state,
    case when lines.source = 'event' then 'organization_events.csv' else submissions.file_name end as file_name,
    lines.file_hash,
    lines.sheet,
    lines.cell,
    lines.raw_text,
    lines.record_no,
    lines.event_id,
    lines.event,
    lines.submitted_value,
    lines.correction_id,
    corrections.reason as correction_reason,
    corrections.by_role as corrected_by_role,
    corrections.decided_on as corrected_on
from lines
left join fct_corrections as corrections
    on
        lines.correction_id = corrections.correction_id
        and lines.file_hash = corrections.file_hash
left join fct_submissions as submissions on lines.file_hash = submissions.file_hash
left join dim_organizations as versions on lines.organization_key = versions.organization_key
left join names on lines.organization_code = names.organization_code
order by
    lines.figure_no asc,
    lines.role desc,
    lines.period_code asc,
    lines.organization_code asc,
    lines.cell_code asc,
    lines.record_no asc,
    lines.event_id asc
