{#- Comments on the tables and columns that people read, so that any tool which opens the published file shows what they
    are: Vietnamese first (`config.meta.vi` of a model; of a column the block `vi_<model>__<column>` or `vi_<column>` of
    columns_vi.md), English after it. dbt's own persist_docs knows one language. -#}
{% macro comment_on_marts() %}
    {{ return(adapter.dispatch('comment_on_marts', 'khoi')()) }}
{% endmacro %}

{#- Spark's tables stand beside no publication. -#}
{% macro default__comment_on_marts() %}{% endmacro %}

{% macro duckdb__comment_on_marts() %}
    {%- if execute and flags.WHICH in ['build', 'run'] -%}
        {%- set blocks = vietnamese_blocks() -%}
        begin transaction; {#- One write to the disk in place of one a comment. -#}
        {%- for node in graph.nodes.values() if node.resource_type == 'model' and node.schema == 'marts' -%}
            {%- if load_relation(api.Relation.create(database=node.database, schema=node.schema, identifier=node.alias)) -%}
            comment on table marts.{{ node.alias }} is {{ in_both_languages(node.config.meta.get('vi'), node.description) }};
            {%- for column in node.columns.values() -%}
                {%- set own = 'vi_' ~ node.name ~ '__' ~ column.name -%}
                {%- set vietnamese = blocks.get(own, blocks.get('vi_' ~ column.name)) -%}
            comment on column marts.{{ node.alias }}.{{ adapter.quote(column.name) }} is
            {{ in_both_languages(vietnamese, column.description) }};
            {%- endfor -%}
            {%- endif -%}
        {%- endfor %}
        commit;
    {%- endif -%}
{% endmacro %}

{#- Block name -> Vietnamese text. dbt renders such blocks into descriptions only, so the file is read once more; the
    project's own seed knows where the project lies. -#}
{% macro vietnamese_blocks() %}
    {%- set file = (graph.nodes['seed.khoi.change_parts'].root_path ~ '/models/columns_vi.md') | replace("'", "''") -%}
    {%- set found = run_query(
        "with texts as (select regexp_extract_all(content, '(?s)\\x7B%-? *docs +\\w+ *-?%\\x7D.*?\\x7B%-? *enddocs') as blocks"
        ~ " from read_text('" ~ file ~ "')), listed as (select unnest(blocks) as block from texts)"
        ~ " select regexp_extract(block, 'docs +(\\w+)', 1),"
        ~ " trim(regexp_replace(regexp_extract(block, '(?s)%\\x7D(.*)\\x7B%', 1), '\\s+', ' ', 'g')) from listed"
    ) -%}
    {%- set blocks = {} -%}
    {%- for row in found.rows -%}{%- do blocks.update({row[0]: row[1]}) -%}{%- endfor -%}
    {%- if not blocks -%}{{ exceptions.raise_compiler_error(file ~ ' has no texts') }}{%- endif -%}
    {{ return(blocks) }}
{% endmacro %}

{#- The text of a comment as a literal. -#}
{% macro in_both_languages(vietnamese, english) -%}
    {%- set texts = [] -%}
    {%- for text in [vietnamese, english] if text -%}{%- do texts.append(text.split() | join(' ')) -%}{%- endfor -%}
    '{{ texts | join(' / ') | replace("'", "''") }}'
{%- endmacro %}
