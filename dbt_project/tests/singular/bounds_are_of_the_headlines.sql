-- The check stage and the models sum the same workbooks: a headline's bounds stand around the published figure, and
-- where no workbook of a period counts yet both say that there is none.
select
    bounds.committee_code,
    bounds.period_code,
    bounds.measure_code,
    bounds.value as bounded_value,
    headlines.value as published_value
from {{ ref('rpt_headline_bounds') }} as bounds
left join {{ ref('rpt_headlines') }} as headlines
    on
        bounds.committee_code = headlines.committee_code
        and bounds.period_code = headlines.period_code
        and bounds.measure_code = headlines.measure_code
where
    (bounds.value is null) != (headlines.value is null)
    or abs(bounds.value - headlines.value) > 1e-6
