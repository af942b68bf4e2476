with

rules as (

    select
        rule_id,
        domain_rule,
        topic,
        rule_kind,
        rule_scope,
        severity,
        title_vi,
        title_en,
        expression,
        valid_from,
        valid_to,
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
    from {{ ref('stg_lake__rules') }}

)

select * from rules
