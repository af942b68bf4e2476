{{ code_list_dimension('sector') }}
