with

source as (

    select * from {{ ref('rule_parameters') }}

),

renamed as (

    select
        parameter,
        committee_code,
        try_cast(value as double) as parameter_value,
        value as parameter_text,
        cast(valid_from as date) as valid_from,
        cast(valid_to as date) as valid_to,
        authority
    from source

)

select * from renamed
