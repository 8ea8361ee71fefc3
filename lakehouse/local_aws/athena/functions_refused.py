"""Functions that Athena has and the local AWS refuses with NOT_SUPPORTED, with the reason.

The page of functions is made from this and from `functions`. Source: Trino "List of functions",
checked 2026-11.
"""

_SKETCH = "sketches (HyperLogLog, quantile digest, T-digest, set digest, theta) are not stored"
_GEO = "geospatial"
_ML = "machine learning"
_MATCH = "MATCH_RECOGNIZE"
_COLOR = "colours of a terminal"
_HASH = "SpookyHash"


def _names(text: str, reason: str) -> dict[str, str]:
    return dict.fromkeys(text.split(), reason)


REFUSED: dict[str, str] = {
    **_names("approx_set empty_approx_set merge qdigest_agg tdigest_agg "
             "value_at_quantile values_at_quantiles make_set_digest merge_set_digest "
             "intersection_cardinality jaccard_index hash_counts theta_sketch_cardinality "
             "theta_sketch_union quantile_at_value destructure_tdigest", _SKETCH),
    **_names("learn_classifier learn_libsvm_classifier learn_libsvm_regressor learn_regressor "
             "classify features regress evaluate_classifier_predictions", _ML),
    **_names("bing_tile bing_tile_at bing_tile_coordinates bing_tile_polygon bing_tile_quadkey "
             "bing_tile_zoom_level bing_tiles_around convex_hull_agg from_encoded_polyline "
             "from_geojson_geometry geometry_collect_agg geometry_from_hadoop_shape "
             "geometry_invalid_reason geometry_nearest_points geometry_to_bing_tiles "
             "geometry_union geometry_union_agg great_circle_distance line_interpolate_point "
             "line_interpolate_points line_locate_point simplify_geometry spatial_partitioning "
             "spatial_partitions to_encoded_polyline to_geojson_geometry to_geometry "
             "to_spherical_geography st_area st_asbinary st_astext st_boundary st_buffer "
             "st_centroid st_contains st_convexhull st_coorddim st_crosses st_difference "
             "st_dimension st_disjoint st_distance st_endpoint st_envelope st_envelopeaspts "
             "st_equals st_exteriorring st_geometries st_geometryfromtext st_geometryn "
             "st_geometrytype st_geomfrombinary st_geomfromkml st_interiorringn st_interiorrings "
             "st_intersection st_intersects st_isclosed st_isempty st_isring st_issimple "
             "st_isvalid st_length st_linefromtext st_linestring st_multipoint "
             "st_numgeometries st_numinteriorring st_numpoints st_overlaps st_point st_pointn "
             "st_points st_polygon st_relate st_startpoint st_symdifference st_touches st_union "
             "st_within st_x st_xmax st_xmin st_y st_ymax st_ymin", _GEO),
    **_names("classifier match_number first last next prev permute", _MATCH),
    **_names("bar color render rgb", _COLOR),
    **_names("spooky_hash_v2_32 spooky_hash_v2_64", _HASH),
    **_names("word_stem", "no stemmer"),
    **_names("beta_cdf inverse_beta_cdf t_cdf t_pdf", "no implementation of the distribution"),
    **_names("from_iso8601_timestamp_nanos from_unixtime_nanos",
             "times have microseconds at most"),
    **_names("current_groups current_user current_catalog current_schema current_path",
             "there are no users"),
    **_names("json_table", "a table function"),
    **_names("current_time", "TIME WITH TIME ZONE"),
}  # fmt: skip

# In Trino's list, but no function of Athena's: FUNCTION_NOT_FOUND on AWS too.
_PLUGIN, _NEWER = "of a plugin or connector that Athena has not", "newer than Athena's engine"
NOT_IN_ATHENA: dict[str, str] = {
    **_names("char2hexint index to_char to_date to_timestamp objectid objectid_timestamp "
             "timestamp_objectid random_string", _PLUGIN),
    **_names("collect element fusion intersection set title_case exclude_columns "
             "st_asewkb st_asewkt st_collect st_force2d st_force3d st_geomfromewkt st_linemerge "
             "st_makeline st_makepolygon st_minimumboundingcircle st_multi st_normalize "
             "st_orientedenvelope st_pointonsurface st_polygonize st_reduceprecision st_setsrid "
             "st_srid st_transform st_voronoipolygons st_z row::fields overlay "
             "zstd_compress zstd_decompress json json_scalar json_serialize", _NEWER),
}  # fmt: skip

# Operators and predicates of Trino's list, and what becomes of them here.
_MULTISETS = "refused: multisets are newer than Athena's engine"
OPERATORS: dict[str, str] = {
    **dict.fromkeys(("[]", "||", "<", ">", "<=", ">=", "=", "<>", "!=", "->"), "exact"),
    **dict.fromkeys(("+", "-", "*", "/", "%"), "exact"),
    **dict.fromkeys(("AND", "OR", "NOT", "BETWEEN", "NOT BETWEEN", "IN", "EXISTS"), "exact"),
    **dict.fromkeys(("ALL", "ANY", "SOME"), "exact, over a subquery"),
    **dict.fromkeys(("IS NULL", "IS NOT NULL", "IS DISTINCT", "IS NOT DISTINCT"), "exact"),
    **dict.fromkeys(("CASE", "DECIMAL", "LIKE"), "exact"),
    "AT TIME ZONE": "exact for a zone's name or offset; an interval is refused, FUNCTION_NOT_FOUND",
    "IS JSON": "refused, NOT_SUPPORTED",
    "MATCH_RECOGNIZE": "refused, NOT_SUPPORTED",
    "sequence() as a table": "refused, FUNCTION_NOT_FOUND: there are no table functions",
    **dict.fromkeys(("IS A SET", "IS NOT A SET", "MEMBER OF", "SUBMULTISET"), _MULTISETS),
    **dict.fromkeys(("MULTISET EXCEPT", "MULTISET INTERSECT", "MULTISET UNION"), _MULTISETS),
}
