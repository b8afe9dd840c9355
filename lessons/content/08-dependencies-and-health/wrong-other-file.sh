# The other file is not used.
# hint: not-up
# step: hang
docker compose up -d
wait 60s
