# Looked, but not written down.
# hint: not-looked
# step: look
wait 20s
docker compose ps -a
