{{ code_list_dimension('discipline_form') }}
