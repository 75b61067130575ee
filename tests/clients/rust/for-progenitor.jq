# What progenitor 0.15 needs beyond OpenAPI 3.0: it reads errors only from `application/json`, and it names the type of a
# nullable reference after its place, which collides with names such as `CommandPayload`. A reference that may be absent
# becomes an `Option`, which also reads null.
walk(
  if type == "object" and has("application/problem+json") then
    with_entries(.key |= sub("problem\\+json"; "json"))
  elif type == "object" and (.properties | type) == "object" then
    [.properties | to_entries[] | select(.value | type == "object" and .nullable == true and (.allOf | length) == 1) | .key]
      as $references
    | .properties |= with_entries(if (.key | IN($references[])) then .value = .value.allOf[0] else . end)
    | .required = ((.required // []) - $references)
  else . end
)
