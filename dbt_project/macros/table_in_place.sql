{#
    A table is made where the one of the build before stands. dbt-duckdb makes it beside that, under another name, and
    changes names afterwards, so that readers always find one: nobody reads this file before all of it is built
    (docs/decisions/0104). Takes the place of dbt-duckdb's materialization of the same name.
#}
{% materialization table, adapter="duckdb", supported_languages=["sql"] %}
    {%- set made = this.incorporate(type="table") -%}
    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}
    {% do drop_relation_if_exists(load_cached_relation(this)) %}
    {% call statement("main") -%}
        {{ create_table_as(False, made, compiled_code) }}
    {%- endcall %}
    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {% do persist_docs(made, model) %}
    {% do adapter.commit() %}
    {{ run_hooks(post_hooks, inside_transaction=False) }}
    {{ return({"relations": [made]}) }}
{% endmaterialization %}
