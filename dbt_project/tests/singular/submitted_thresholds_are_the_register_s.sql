-- A committee's own workbook may not state another threshold than the register of targets.
{{ config(severity='warn') }}

select
    observations.committee_code,
    observations.period_code,
    targets.target_id,
    observations.value,
    targets.threshold_low
from {{ ref('fct_observations') }} as observations
inner join {{ ref('stg_reference__targets') }} as targets
    on observations.cell_code = 'resolution_targets.LOW.' || targets.target_id
where observations.value > 0 and observations.value != targets.threshold_low
