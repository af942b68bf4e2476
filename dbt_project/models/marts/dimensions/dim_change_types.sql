{{ code_list_dimension('change_type') }}
