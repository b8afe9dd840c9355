# Nobody waits for the end.
# hint: too-early
# step: start
docker compose up -d
