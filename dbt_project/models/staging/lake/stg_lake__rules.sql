with

source as (

    select * from {{ source('lake', 'rules') }}

),

renamed as (

    select
        rule_id,
        domain_rule,
        topic,
        kind as rule_kind,
        scope as rule_scope,
        severity,
        title_vi,
        title_en,
        expression,
        cast(valid_from as date) as valid_from,
        cast(valid_to as date) as valid_to,
        authority,
        reason,
        reason_vi,
        words_vi,
        words_en,
        holds_vi,
        holds_en,
        fails_vi,
        fails_en,
        message_vi,
        message_en
    from source

)

select * from renamed
