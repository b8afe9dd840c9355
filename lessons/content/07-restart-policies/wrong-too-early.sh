# Nobody waits for the end.
# hint: too-early
# step: well
docker compose up -d
