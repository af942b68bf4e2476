{{ code_list_dimension('violation') }}
