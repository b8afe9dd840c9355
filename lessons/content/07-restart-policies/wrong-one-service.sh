# Only one service is started.
# hint: not-all
# step: well
docker compose up -d always
wait 30s
