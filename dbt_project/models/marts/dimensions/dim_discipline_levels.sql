{{ code_list_dimension('discipline_level') }}
