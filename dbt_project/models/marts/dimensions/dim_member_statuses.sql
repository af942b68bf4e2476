{{ code_list_dimension('member_status') }}
