# Today's Compose instead of the old one.
# hint: new-one
# step: old
docker compose up -d
