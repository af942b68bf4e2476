"""A small published warehouse of rows: the marts the quality report reads, in memory."""

from __future__ import annotations

import duckdb

_TABLES = """
create schema marts;
create table marts.dim_committees (committee_code varchar, name_vi varchar, name_en varchar, valid_from date);
create table marts.dim_periods (period_code varchar, label_vi varchar, label_en varchar);
create table marts.dim_organizations (organization_code varchar, committee_code varchar, name varchar,
    valid_from date, valid_to date);
create table marts.dim_rules (rule_id varchar, title_vi varchar, title_en varchar);
create table marts.dim_cells (cell_code varchar, label_vi varchar);
create table marts.fct_submissions (file_hash varchar, file_name varchar, committee_code varchar,
    organization_code varchar, period_code varchar, submission_no integer, submission_state varchar,
    is_current boolean, received_at timestamp with time zone);
create table marts.fct_findings (finding_id varchar, rule_id varchar, engine varchar, severity varchar,
    outcome varchar, committee_code varchar, organization_code varchar, period_code varchar, file_hash varchar,
    file_name varchar, sheet varchar, cell varchar, cell_code varchar, cells varchar, observed varchar,
    expected varchar, suggested varchar, message_vi varchar, message_en varchar);
create table marts.rpt_completeness (committee_code varchar, period_code varchar, organization_code varchar,
    organization_name varchar, state varchar, timeliness varchar, is_counted boolean, due_on date,
    file_hash varchar, file_name varchar, received_at timestamp with time zone, versions_received bigint);
insert into marts.dim_committees values ('VD', 'Đảng bộ ví dụ', 'Example committee', '2000-01-01'),
    ('V2', 'Đảng bộ thứ hai', 'Second committee', '2000-01-01');
insert into marts.dim_periods values ('2022H1', '6 tháng đầu năm 2022', 'first half of 2022'),
    ('2022H2', '6 tháng cuối năm 2022', 'second half of 2022');
insert into marts.dim_organizations values ('VD-001', 'VD', 'Chi bộ Một', '2015-01-01', '2022-03-31'),
    ('VD-001', 'VD', 'Đảng bộ Một', '2022-04-01', null), ('VD-002', 'VD', 'Đảng bộ Hai', '2015-01-01', null),
    ('VD-003', 'VD', 'Đảng bộ Ba', '2022-07-01', null);
insert into marts.dim_rules values ('R001', 'Cuối kỳ = đầu kỳ + tăng - giảm', 'Closing balances');
insert into marts.dim_cells values ('membership_change.CLOSE', 'Đảng viên trong danh sách cuối kỳ');
insert into marts.fct_submissions values
    ('h1', 'mot lan 1.xlsx', 'VD', 'VD-001', '2022H1', 1, 'returned', false, '2022-07-01 17:30:00+00'),
    ('h2', 'mot lan 2.xlsx', 'VD', 'VD-001', '2022H1', 2, 'accepted_with_warnings', true, '2022-07-20 02:00:00+00'),
    ('h3', 'hai <script>alert(1)</script>.xls', 'VD', 'VD-002', '2022H1', 1, 'returned', false,
        '2022-07-02 02:00:00+00'),
    ('h4', 'anh chup.xlsx', null, null, null, null, 'unreadable', false, '2022-07-03 02:00:00+00'),
    ('h5', 'la.xlsx', 'VD', 'VD-999', '2022H1', 1, 'unidentified', false, '2022-07-04 02:00:00+00');
insert into marts.rpt_completeness values
    ('VD', '2022H1', 'VD-001', 'Đảng bộ Một', 'accepted_with_warnings', 'late', true, '2022-07-10', 'h2',
        'mot lan 2.xlsx', '2022-07-20 02:00:00+00', 2),
    ('VD', '2022H1', 'VD-002', 'Đảng bộ Hai', 'returned', 'on_time', false, '2022-07-10', 'h3', 'hai',
        '2022-07-02 02:00:00+00', 1),
    ('VD', '2022H2', 'VD-001', 'Đảng bộ Một', 'missing', 'missing', false, '2023-01-10', null, null, null, 0),
    ('VD', '2022H2', 'VD-002', 'Đảng bộ Hai', 'missing', 'missing', false, '2023-01-10', null, null, null, 0),
    ('VD', '2022H2', 'VD-003', 'Đảng bộ Ba', 'missing', 'missing', false, '2023-01-10', null, null, null, 0);
insert into marts.fct_findings values
    ('f1', 'R001', 'rule', 'hard', 'fail', 'VD', 'VD-001', '2022H1', 'h1', 'mot lan 1.xlsx', 'Biểu 1', 'C27',
        'membership_change.CLOSE', 'D9', '104', '103', '103', 'Cuối kỳ không khớp (bản cũ)', 'Closing is off (old)'),
    ('f2', 'R901', 'normalise', 'soft', 'fail', 'VD', 'VD-001', '2022H1', 'h2', 'mot lan 2.xlsx', 'Cơ cấu', 'C10',
        null, null, '7', null, null, 'Dòng lạ', 'Unknown line'),
    ('f3', 'R001', 'rule', 'hard', 'fail', 'VD', 'VD-002', '2022H1', 'h3', 'hai', 'Biểu 1', 'C26',
        'membership_change.CLOSE', 'C8, C26', '58', '57', '57', 'Cuối kỳ ghi 58, phải là 57', 'Closing 58, must be 57'),
    ('f4', 'R001', 'rule', 'hard', 'not_assessable', 'VD', 'VD-002', '2022H1', 'h3', 'hai', 'Biểu 1', 'C8',
        null, null, null, null, null, 'Thiếu số đầu kỳ', 'No opening'),
    ('f5', 'R034', 'rule', 'hard', 'fail', 'VD', 'VD-003', '2022H2', null, null, null, null, null, null, null, null,
        null, 'Chưa gửi báo cáo', 'Nothing was sent'),
    ('f6', 'damaged', 'receive', 'hard', 'fail', null, null, null, 'h4', 'anh chup.xlsx', null, null, null, null,
        null, null, null, 'Tệp bị hỏng', 'The file is damaged'),
    ('f7', 'unknown_organization', 'identify', 'hard', 'fail', 'VD', 'VD-999', '2022H1', 'h5', 'la.xlsx', 'Bìa', 'C8',
        null, null, 'VD-999', null, null, 'Mã tổ chức không có', 'Unknown organization');
create table marts.fct_observations (committee_code varchar, organization_code varchar, period_code varchar,
    form varchar, state varchar);
create table marts.dim_form_versions (form varchar, sheet varchar, label_vi varchar, label_en varchar, valid_from date);
create table marts.dim_measures (measure_code varchar, label_vi varchar, label_en varchar, unit_vi varchar,
    is_additive boolean);
create table marts.rpt_follow_up (query_id varchar, kind varchar, committee_code varchar, organization_code varchar,
    period_code varchar, rank integer, measure_code varchar, low double, high double, movement_pct double,
    remaining_pct double, file_hash varchar, file_name varchar, finding_id varchar, rule_id varchar,
    question_vi varchar, question_en varchar);
create table marts.rpt_headline_bounds (committee_code varchar, period_code varchar, measure_code varchar,
    value double, low double, high double, movement_pct double, tolerance_pct double, queries integer,
    questions integer);
insert into marts.fct_observations values
    ('VD', 'VD-001', '2022H1', 'change', 'value'), ('VD', 'VD-001', '2022H1', 'change', 'zero'),
    ('VD', 'VD-001', '2022H1', 'discipline', 'zero'), ('VD', 'VD-001', '2022H1', 'rewards', 'missing'),
    ('VD', 'VD-001', '2022H1', 'structure', 'value'), ('VD', 'VD-001', '2022H1', 'structure', 'missing'),
    ('VD', 'VD-001', '2022H1', 'unasked', 'not_applicable');
insert into marts.dim_form_versions values ('change', '1', 'Tăng, giảm', 'change', '2021-01-01'),
    ('discipline', '2', 'Kỷ luật', 'discipline', '2021-01-01'), ('rewards', '3', 'Khen thưởng', 'rewards', null),
    ('structure', '4', 'Cơ cấu', 'structure', null), ('unasked', '5', 'Không hỏi', 'not asked', null);
insert into marts.dim_measures values ('members_total', 'Tổng số đảng viên', 'Members', 'đảng viên', true),
    ('rated_pct', 'Tỷ lệ xếp loại', 'Share rated', '%', false);
insert into marts.rpt_headline_bounds values
    ('VD', '2022H1', 'members_total', 104, 161, 163, 56.7, 0.1, 2, 1),
    ('VD', '2022H1', 'rated_pct', 90, 88.5, 90, 1.5, 0.1, 2, 1);
insert into marts.rpt_follow_up values
    ('VD-002@2022H1', 'returned', 'VD', 'VD-002', '2022H1', 1, 'members_total', 57, 59, 56.7, 0, 'h3', 'hai', null,
        null, 'Báo cáo của VD-002 bị trả lại', 'The return of VD-002 was sent back'),
    ('VD-002@2022H1', 'returned', 'VD', 'VD-002', '2022H1', 1, 'rated_pct', -1.5, 0, 1.5, 0, 'h3', 'hai', null,
        null, 'Báo cáo của VD-002 bị trả lại', 'The return of VD-002 was sent back'),
    ('f2', 'finding', 'VD', 'VD-001', '2022H1', 2, null, null, null, null, null, 'h2', 'mot lan 2.xlsx', 'f2', 'R901',
        'Dòng lạ', 'Unknown line');
alter table marts.rpt_completeness add column is_committee_itself boolean default false;
alter table marts.fct_findings add column finding_key varchar;
alter table marts.fct_findings add column answer_state varchar;
update marts.fct_findings set finding_key = 'key' || finding_id,
    answer_state = if(finding_id = 'f2', 'answered', 'open');
"""


def published_marts() -> duckdb.DuckDBPyConnection:
    """Two committees, one of them without periods; files that are late, returned, replaced, damaged and unknown."""
    connection = duckdb.connect()
    connection.execute("set TimeZone = 'UTC'")
    connection.execute(_TABLES)
    return connection
