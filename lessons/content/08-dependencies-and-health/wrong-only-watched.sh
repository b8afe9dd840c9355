# The hanging program is left alone.
# hint: not-helped
# step: hang
docker compose -f compose-watched.yaml up -d
wait 60s
