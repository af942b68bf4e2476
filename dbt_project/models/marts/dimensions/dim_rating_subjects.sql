{{ code_list_dimension('rating_subject') }}
