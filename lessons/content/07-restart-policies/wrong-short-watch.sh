# Only the first restarts are seen.
# hint: short-watch
# step: pauses
docker compose down
LASTS=0 STATUS=1 docker compose up -d always
wait 2s
