{{ code_list_dimension('organization_type') }}
