{{ code_list_dimension('rating_level') }}
