"""The functions that a statement may call: those that compute from their arguments and touch nothing else."""


def _listed(*texts: str) -> frozenset[str]:
    return frozenset(word for text in texts for word in text.split())


FUNCTIONS = _listed(
    # Numbers
    """
    abs add acos acosh asin asinh atan atan2 atanh bin bit_count cbrt ceil ceiling cos cosh cot degrees divide
    even exp factorial fdiv floor fmod gamma gcd greatest greatest_common_divisor hex isfinite isinf isnan lcm
    least least_common_multiple lgamma ln log log10 log2 mod multiply nextafter pi pow power radians random
    round round_even roundbankers setseed sign signbit sin sinh sqrt subtract tan tanh to_base to_hex trunc xor
    """,
    # Texts
    """
    array_to_string ascii bar base64 bit_length char_length character_length chr concat concat_ws contains
    damerau_levenshtein editdist3 ends_with format format_bytes formatreadablesize formatreadabledecimalsize
    from_base64 from_hex hamming hash instr jaccard jaro_similarity jaro_winkler_similarity lcase left
    left_grapheme length length_grapheme len levenshtein lower lpad ltrim md5 mismatches nfc_normalize
    octet_length ord overlay parse_dirname parse_dirpath parse_filename parse_formatted_bytes parse_path
    position prefix printf regexp_escape regexp_extract regexp_extract_all regexp_full_match regexp_matches
    regexp_replace regexp_split_to_array regexp_split_to_table repeat replace reverse right right_grapheme rpad
    rtrim sha1 sha256 split split_part starts_with str_split str_split_regex string_split string_split_regex
    string_to_array strip_accents strlen strpos substr substring substring_grapheme suffix to_base64 translate
    trim ucase unhex unicode upper url_decode url_encode
    """,
    # Dates and times
    """
    age ago century current_date current_localtime current_localtimestamp current_time current_timestamp date
    date_add date_diff date_part date_sub date_trunc datediff datepart datesub datetrunc day dayname dayofmonth
    dayofweek dayofyear days_in_month decade epoch epoch_ms epoch_ns epoch_us era extract get_current_time
    get_current_timestamp hour isodow isoyear julian last_day localtime localtimestamp make_date make_time
    make_timestamp make_timestamp_ms make_timestamp_ns make_timestamptz microsecond millennium millisecond
    minute month monthname nanosecond now quarter second strftime strptime time_bucket timezone timezone_hour
    timezone_minute to_centuries to_days to_decades to_hours to_microseconds to_millennia to_milliseconds
    to_minutes to_months to_quarters to_seconds to_timestamp to_weeks to_years today transaction_timestamp
    try_strptime week weekday weekofyear year yearweek
    """,
    # Choices, types and missing values
    """
    alias cast can_cast_implicitly coalesce constant_or_null equi_width_bins if ifnull nullif replace_type
    struct_extract switch try try_cast try_convert typeof pg_typeof enum_code enum_first enum_last enum_range
    enum_range_boundary gen_random_uuid uuid uuidv4 uuidv7
    """,
    # Summaries
    """
    any_value approx_count_distinct approx_quantile approx_top_k arbitrary arg_max arg_max_null arg_min
    arg_min_null argmax argmin array_agg avg bit_and bit_or bit_xor bool_and bool_or corr count count_if
    count_star countif covar_pop covar_samp entropy favg first fsum geomean geometric_mean group_concat grouping
    grouping_id histogram histogram_exact histogram_values kahan_sum kurtosis kurtosis_pop last list listagg mad
    max max_by mean median min min_by mode percentile_cont percentile_disc product quantile quantile_cont
    quantile_disc regr_avgx regr_avgy regr_count regr_intercept regr_r2 regr_slope regr_sxx regr_sxy regr_syy
    reservoir_quantile sem skewness stddev stddev_pop stddev_samp string_agg sum sumkahan var_pop var_samp
    variance wavg weighted_avg
    """,
    # Windows
    """
    cume_dist dense_rank fill first_value lag last_value lead nth_value ntile percent_rank rank rank_dense
    row_number
    """,
    # Lists, structs, maps and JSON
    """
    aggregate apply array_aggr array_aggregate array_append array_apply array_cat array_concat array_contains
    array_distance array_distinct array_dot_product array_extract array_filter array_has array_has_all
    array_has_any array_indexof array_length array_pop_back array_pop_front array_position array_prepend
    array_push_back array_push_front array_reduce array_resize array_reverse array_reverse_sort array_select
    array_slice array_sort array_transform array_unique array_value array_where array_zip cardinality element_at
    filter flatten generate_series generate_subscripts grade_up json json_array json_array_length json_contains
    json_exists json_extract json_extract_path json_extract_path_text json_extract_string json_group_array
    json_group_object json_keys json_merge_patch json_object json_pretty json_quote json_structure json_type
    json_valid json_value json_each list_aggr list_aggregate list_any_value list_append list_apply list_avg
    list_cat list_concat list_contains list_cosine_distance list_cosine_similarity list_count list_distance
    list_distinct list_dot_product list_element list_entropy list_extract list_filter list_first list_grade_up
    list_has list_has_all list_has_any list_histogram list_indexof list_inner_product list_intersect
    list_kurtosis list_last list_mad list_max list_median list_min list_mode list_pack list_position
    list_prepend list_product list_reduce list_resize list_reverse list_reverse_sort list_select list_sem
    list_skewness list_slice list_sort list_stddev_pop list_stddev_samp list_string_agg list_sum list_transform
    list_unique list_value list_var_pop list_var_samp list_where list_zip map map_concat map_contains
    map_entries map_extract map_extract_value map_from_entries map_keys map_values range reduce row
    struct_concat struct_insert struct_keys struct_pack struct_values to_json unnest columns
    """,
)

TYPES = _listed(
    """
    bigint bit blob bool boolean bpchar char character dec decimal double enum float float4 float8 hugeint int
    int1 int128 int16 int2 int32 int4 int64 int8 integer interval list long map nchar numeric nvarchar real
    short signed smallint string struct text time timestamp timestamptz tinyint ubigint uhugeint uint128 uint16
    uint32 uint64 uint8 uinteger union usmallint utinyint varbinary varchar
    """
)
"""Types that may carry something in brackets."""

WORDS = _listed(
    """
    all and any anti array as asc asof between by case cross cube describe desc distinct else end escape except
    exclude exists filter following from full group grouping having ilike in include inner intersect interval
    into is join lambda lateral left like limit materialized natural not nulls offset on or order outer over
    partition pivot positional preceding qualify rename recursive replace respect right rollup rows sample
    select semi set sets similar some summarize tablesample then to try_cast union unpivot using values when
    where window with within groups ignore bernoulli reservoir system key repeatable sets group_by order_by
    """
)
"""Words of the grammar that may stand before an opening bracket."""
